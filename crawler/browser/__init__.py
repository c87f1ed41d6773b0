"""Pages that show nothing without JavaScript (空壳页面), in a real browser: only those, only so many, and only through our own gate."""
