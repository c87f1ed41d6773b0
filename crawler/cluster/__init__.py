"""Crawling on many machines (集群抓取): one site is one job of a queue on PostgreSQL."""
