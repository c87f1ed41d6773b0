"""标志 in pictures: what a picture appears to show. A lead only, never a claim by itself; the words in the picture or on its page confirm it."""

from compliance.pictures.marks.detect import marks_in

__all__ = ["marks_in"]
