#!/usr/bin/env python3
"""smtp_server.py: a real SMTP server (aiosmtpd) for delivery.test.mjs. Prints its port, then one JSON line for each message it took. Words on its
standard input change what it does next: "refuse" (550), "later" (451), "take". Arguments: --tls CERT KEY asks for STARTTLS, --login USER PASSWORD
for a sign-in."""
import argparse
import asyncio
import json
import logging
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

parser = argparse.ArgumentParser()
parser.add_argument("--tls", nargs=2)
parser.add_argument("--login", nargs=2)
options = parser.parse_args()
logging.disable(logging.CRITICAL)
mode = "take"


def say(value):
    print(json.dumps(value), flush=True)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if mode == "refuse":
            return "550 no such mailbox"
        if mode == "later":
            return "451 try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        say({"from": envelope.mail_from, "to": envelope.rcpt_tos, "tls": session.ssl is not None, "login": bool(session.authenticated),
             "data": envelope.original_content.decode("utf-8", "replace")})
        return "250 queued as T1"


def authenticate(server, session, envelope, mechanism, data):
    good = options.login and [data.login.decode(), data.password.decode()] == options.login
    return AuthResult(success=bool(good))


def factory():
    context = None
    if options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*options.tls)
    return SMTP(Handler(), tls_context=context, require_starttls=bool(context), authenticator=authenticate, auth_required=bool(options.login),
                auth_require_tls=bool(options.tls), hostname="localhost")


async def main():
    global mode
    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, host="127.0.0.1", port=0)
    say({"port": server.sockets[0].getsockname()[1]})
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        mode = line.strip()
        say({"mode": mode})
    server.close()


asyncio.run(main())
