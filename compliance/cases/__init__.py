"""案件: what a case may do, when it's due, which facts a dismissal rests on. Plain functions over data; the rows lie in `compliance.store`."""
