"""The baseline: a PyLTI1p3 + Flask tool as its documentation describes one, given every advantage.

Its launch data live in the process's memory (nothing is durable) and its platform's key set is given statically.
By BENCH_SHAPE it answers a launch with its page, or sends the browser on to a page that reads the launch again.
Run in an environment of its own with PyLTI1p3, Flask, Flask-Caching and gunicorn: `gunicorn flask_tool:app`.
"""

import json
import os
from datetime import timedelta
from pathlib import Path

from cachelib import SimpleCache
from flask import Flask, jsonify, redirect, render_template, request, url_for
from jinja2 import DictLoader
from pylti1p3.contrib.flask import FlaskCacheDataStorage, FlaskMessageLaunch, FlaskOIDCLogin, FlaskRequest
from pylti1p3.tool_config import ToolConfDict

PAGE = "<!doctype html><html lang=en><title>Launched</title><h1>Hello, {{ name }}</h1>"
SENDS_ON = os.environ.get("BENCH_SHAPE") == "page after"
CONFIG = json.loads(Path(os.environ["BENCH_CONFIG"]).read_text())

app = Flask(__name__)
app.secret_key = "a bench, nothing else"
app.jinja_loader = DictLoader({"page.html": PAGE})
app.config.update(SESSION_COOKIE_NAME="bench", PERMANENT_SESSION_LIFETIME=timedelta(hours=1))
store = FlaskCacheDataStorage(SimpleCache(threshold=100_000))

tool = ToolConfDict(
    {
        CONFIG["issuer"]: [
            {
                "default": True,
                "client_id": CONFIG["client_id"],
                "auth_login_url": CONFIG["auth_url"],
                "auth_token_url": CONFIG["token_url"],
                "key_set_url": None,
                "key_set": CONFIG["key_set"],
                "deployment_ids": ["1"],
            }
        ],
    }
)
tool.set_private_key(CONFIG["issuer"], CONFIG["private_pem"], client_id=CONFIG["client_id"])
tool.set_public_key(CONFIG["issuer"], CONFIG["public_pem"], client_id=CONFIG["client_id"])


@app.route("/lti/login", methods=["GET", "POST"])
def login():
    return FlaskOIDCLogin(FlaskRequest(), tool, launch_data_storage=store).redirect(request.values["target_link_uri"])


@app.route("/lti/launch", methods=["POST"])
def launch():
    launched = FlaskMessageLaunch(FlaskRequest(), tool, launch_data_storage=store)
    data = launched.get_launch_data()
    if SENDS_ON:
        return redirect(url_for("home", launch_id=launched.get_launch_id()), 303)
    return show(data)


@app.route("/home/<launch_id>")
def home(launch_id):
    """The page after a launch, as the library's documentation has it: the launch is found by its id."""
    found = FlaskMessageLaunch.from_cache(launch_id, FlaskRequest(), tool, launch_data_storage=store)
    return show(found.get_launch_data())


def show(data):
    return render_template("page.html", name=data.get("name", "you"))


@app.route("/lti/jwks")
def jwks():
    return jsonify(tool.get_jwks())
