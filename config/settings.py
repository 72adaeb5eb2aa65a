"""Every setting, read from the environment. Nothing needs to be set for one shop on one machine."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF

from config.keys import encryption_keys, kept_key, open_data_folder
from config.logs import logging_config

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = open_data_folder(Path(env.str("DAPJIGI_DATA", default=str(BASE_DIR / "data"))).absolute())
DEBUG = env.bool("DAPJIGI_DEBUG", default=False)

# --- Address ---
PORT = env.int("PORT", default=8000)
HOST = env.str("DAPJIGI_HOST", default="127.0.0.1")
BASE_URL = env.str("DAPJIGI_BASE_URL", default=f"http://localhost:{PORT}").rstrip("/")
BEHIND_PROXY = env.bool("DAPJIGI_BEHIND_PROXY", default=False)
HTTPS = urlsplit(BASE_URL).scheme == "https"
ALLOWED_HOSTS = [
    *filter(None, [urlsplit(BASE_URL).hostname]),
    *env.list("DAPJIGI_ALLOWED_HOSTS", default=[]),
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [BASE_URL] if HTTPS else []

# --- Keys ---
SECRET_KEY = env.str("DAPJIGI_SECRET_KEY", default="") or kept_key(DATA_DIR / "secret-key", 48)
# Newest first: new secrets are locked with the first, old ones open with any.
ENCRYPTION_KEYS = encryption_keys(
    given=env.list("DAPJIGI_ENCRYPTION_KEYS", default=[]),
    secret_key=env.str("DAPJIGI_SECRET_KEY", default=""),
    path=DATA_DIR / "encryption-key",
)
METRICS_TOKEN = env.str("DAPJIGI_METRICS_TOKEN", default="")

# --- The way out ---
# Where a platform is asked in place of its own address ("https://api.telegram.org=http://localhost:8081"): a bot server
# of one's own, or a proxy.
PLATFORM_URLS = dict(pair.split("=", 1) for pair in env.list("DAPJIGI_PLATFORM_URLS", default=[]))
# Private networks that addresses given by sellers may lead into (a shop system in the same house): "192.168.0.0/24".
ALLOWED_NETWORKS = env.list("DAPJIGI_ALLOWED_NETWORKS", default=[])
# One Meta app of who runs this may serve all shops; without it each shop enters its own.
META_APP = {
    name: value
    for name in ("app_id", "app_secret", "verify_token")
    if (value := env.str(f"DAPJIGI_META_{name.upper()}", default=""))
}
PLATFORM_APPS: dict[str, dict[str, str]] = dict.fromkeys(("messenger", "instagram", "whatsapp"), META_APP)

# --- Parts ---
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "lucide",
    "csp",
    "autoresponder",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
# Lets templates/django/forms/ override how a field is drawn.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Database: SQLite in the data folder, or PostgreSQL ---
SQLITE = "django.db.backends.sqlite3"
database: dict[str, Any] = {"ENGINE": SQLITE, "NAME": str(DATA_DIR / "dapjigi.sqlite3")}
if env.str("DATABASE_URL", default=""):
    database = env.db_url("DATABASE_URL")
if database["ENGINE"] == SQLITE:
    database |= {"ENGINE": "config.sqlite", "CONN_MAX_AGE": None, "OPTIONS": {"timeout": 20}}
else:
    database |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DATABASES = {"default": database}

# --- Celery: files in the data folder, or Redis or RabbitMQ ---
BROKER_FOLDER = DATA_DIR / "broker"
CELERY_BROKER_URL = env.str("BROKER_URL", default="") or "filesystem://localhost/"
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "polling_interval": 0.1,
    }
    for folder in ("messages", "control"):
        (BROKER_FOLDER / folder).mkdir(parents=True, exist_ok=True)
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 120,
        # Kombu looks for lost messages every interval x throttle seconds, and its defaults make that 100.
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 2,
        "socket_timeout": 5,
        # The bell is rung inside a web request: a Redis that is down must cost milliseconds, the sweep will deliver.
        "max_retries": 1,
        "interval_start": 0,
    }
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    # A sweep that could not run in time is worthless: the next one does the same work.
    "sweep": {"task": "autoresponder.tasks.sweep", "schedule": 5.0, "options": {"expires": 5}},
    "refresh-feeds": {"task": "autoresponder.tasks.refresh_feeds", "schedule": 300.0, "options": {"expires": 300}},
    "renew-secrets": {
        "task": "autoresponder.tasks.renew_secrets",
        "schedule": 6 * 3600.0,
        "options": {"expires": 3600},
    },
    "forget-histories": {
        "task": "autoresponder.tasks.forget_histories",
        "schedule": 3600.0,
        "options": {"expires": 3600},
    },
    "watch-tries": {"task": "autoresponder.tasks.watch_tries", "schedule": 300.0, "options": {"expires": 300}},
}

# --- People ---
AUTH_USER_MODEL = "autoresponder.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "sesame.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "console:sign_in"
LOGIN_REDIRECT_URL = "console:home"
SESAME_ONE_TIME = True
SESAME_MAX_AGE = 60 * 60
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60

# --- Mail: sign-in links; without a mail server they are printed where the product runs -------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DAPJIGI_MAIL_FROM", default="Dapjigi <no-reply@localhost>")

# --- Language and time ---
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True

# --- Safety ---
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
# Only a declared proxy is believed about the scheme; without one a redirect to https could go round in circles.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
# The largest body a messenger may post is 3 MB (WhatsApp); each route may ask for less.
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024
# How many files are kept is for the first handler to say; Django's own limit keeps off only what no person sends.
FILE_UPLOAD_HANDLERS = [
    "autoresponder.console.uploads.MostFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
DATA_UPLOAD_MAX_NUMBER_FILES = 10_000

LOGGING = logging_config(env.str("DAPJIGI_LOG_LEVEL", default="WARNING"))
