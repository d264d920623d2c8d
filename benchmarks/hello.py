"""The peer of the webhook: a bare Flask app that answers every text with the same TwiML."""

from flask import Flask, Response

app = Flask(__name__)
ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response><Message>Hello</Message></Response>'


@app.post("/in/twilio")
def hello() -> Response:
    return Response(ANSWER, content_type="text/xml; charset=utf-8")
