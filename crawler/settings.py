"""Scrapy's settings (抓取设置): polite and bounded by default. `crawler.run` adds what one run decides."""

from __future__ import annotations

BOT_NAME = "certmark"
SPIDER_MODULES = ["crawler.spiders"]
NEWSPIDER_MODULE = "crawler.spiders"

# One identity with a contact address; `CERTMARK_USER_AGENT` names your own.
USER_AGENT = "certmark (+https://certmark.example/bot)"
ROBOTSTXT_USER_AGENT = "certmark"

# Politeness: one request at a time on a host, a pause after each, longer when the host is slow.
ROBOTSTXT_OBEY = True
CONCURRENT_REQUESTS = 32
CONCURRENT_ITEMS = 1  # an answer is one item; scrapy makes as many tasks an answer as this says
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0.5
AUTOTHROTTLE_ENABLED = (
    True  # ours, which keeps robots.txt's Crawl-delay as the least pause: crawler.politeness.Throttle
)
AUTOTHROTTLE_START_DELAY = 1.0
AUTOTHROTTLE_MAX_DELAY = 30.0
AUTOTHROTTLE_TARGET_CONCURRENCY = 1.0

# Bounds of one answer: seconds, bytes (as sent and after decompression), redirects, tries.
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = 20_000_000
DOWNLOAD_WARNSIZE = 0
DOWNLOAD_FAIL_ON_DATALOSS = True
REDIRECT_MAX_TIMES = 8
METAREFRESH_MAXDELAY = 5
RETRY_TIMES = 2
RETRY_HTTP_CODES = [500, 502, 503, 504, 522, 524, 408, 429]

# Nothing about us is kept by a site, nothing but http and https is ever asked, no proxy of the environment is used.
COOKIES_ENABLED = False
HTTPPROXY_ENABLED = False
TELNETCONSOLE_ENABLED = False
DOWNLOAD_HANDLERS = {
    "http": "crawler.browser.handler.BrowserHandler",
    "https": "crawler.browser.handler.BrowserHandler",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5",
}

SCHEDULER = "crawler.scheduler.StoreScheduler"
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"  # what was seen lives in the store
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,  # an error page is an answer too
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
    "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
}
DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.politeness.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.middlewares.PatientRetry": 550,
    "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
    "crawler.middlewares.SameSiteRefresh": 580,
    "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
    "crawler.middlewares.SameSiteRedirect": 600,
    "crawler.middlewares.AsReceived": 610,  # below decompression: sees the bytes as they came
}
ITEM_PIPELINES = {"crawler.pipelines.KeepAnswer": 100}
EXTENSIONS = {
    "scrapy.extensions.corestats.CoreStats": 0,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
    "scrapy.extensions.remote_control.RemoteControl": None,  # opens a port
    "scrapy.extensions.throttle.AutoThrottle": None,
    "crawler.politeness.Throttle": 0,
    "crawler.breakers.Breakers": 0,
}
LOG_LEVEL = "WARNING"
LOG_INSTALL_ROOT_HANDLER = False  # crawler.worker has its own
LOG_FORMATTER = "crawler.log.QuietFormatter"

# What certmark itself decides for a run; `crawler.run` overrides them.
CERTMARK_PAGES_PER_SITE = 200
CERTMARK_PICTURES_PER_SITE = 20
CERTMARK_DEPTH = 6
CERTMARK_OPEN_SITES = 64  # sites worked on at the same time
CERTMARK_HOSTS: dict[str, str] = {}  # host → http://127.0.0.1:port, for the sample world
CERTMARK_ALLOW_LOOPBACK = False
CERTMARK_MAX_SECONDS = 0  # 0: no limit
CERTMARK_WINDOW: str | None = None  # Asia/Shanghai, e.g. "22:00-06:00": outside it the run stops and is taken up later
CERTMARK_RETRY_PAUSE = 5.0  # seconds before the second try, squared before the third
CERTMARK_MIN_FREE_MB = 200
CERTMARK_ERROR_RATE = 0.9  # of the last CERTMARK_ERROR_WINDOW answers of at least five sites
CERTMARK_ERROR_WINDOW = 100
CERTMARK_SITE_FAILURES = 8  # failed answers in a row that end a site
CERTMARK_BROWSER = ""  # path of Chromium; empty: where Debian puts it. Needs the extra `browser`
CERTMARK_BROWSER_PAGES = 50  # pages a run may show to the browser, and
CERTMARK_BROWSER_PER_SITE = 5  # of one site; 0: none
CERTMARK_SCREENSHOTS = (
    200  # pages with claims whose picture is taken after a run, those with findings first; needs the browser; 0: none
)
CERTMARK_FRESH = False  # True: ask again also what is not due
