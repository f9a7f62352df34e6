"""The door for web servers and for `flask --app wsgi`."""

import gc

from config.logging import configure
from config.settings import load_settings
from service.app import create_app

settings = load_settings()
configure(settings.log_level, settings.production)
app = create_app(settings)
gc.freeze()  # what is loaded stays: looking through it once more at the end took a third of a short command
