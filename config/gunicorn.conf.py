"""Gunicorn, which serves the web: `gunicorn wsgi:app -c config/gunicorn.conf.py`."""

from config.logging import logging_config
from config.settings import load_settings
from service.platform.work import counters

_settings = load_settings()

bind = f"{_settings.bind}:{_settings.port}"
workers = _settings.web_concurrency
worker_class = "config.web.Worker"
threads = 24  # more than may wait for their turn to sign in, and as many as the pool has connections
preload_app = True  # a wrong setting or a route without a permit stops the start once, not each worker in turn
timeout = 60
graceful_timeout = 20
proc_name = "partnerskab-web"
# Only TRUSTED_PROXIES decides whether forwarded headers are believed; Gunicorn itself believes none.
forwarded_allow_ips = ""
secure_scheme_headers: dict[str, str] = {}
forwarder_headers = ""
# Addresses of people who read stay out of the log: requests are not logged here.
control_socket_disable = True
accesslog = None
logconfig_dict = logging_config(_settings.log_level, _settings.production)


def on_starting(_server: object) -> None:
    """The web counts from nothing; new processes, by HUP, go on counting."""
    counters.begin_anew(_settings.var)
