"""What the web server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

# What is there now stays. The collector would walk all of it again and again, 100 ms that a customer waits for.
gc.collect()
gc.freeze()
