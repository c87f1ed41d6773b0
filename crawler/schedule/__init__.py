"""Scheduled crawls (定时抓取): the calendar, one run of a job, its summary, the worker that keeps them going."""
