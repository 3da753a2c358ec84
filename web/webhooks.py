"""Where the payment provider tells by itself what has happened: what it has signed is stored, and handled later."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from core.problems import Unavailable
from ports.payments import BadNotice, PaymentProvider, StaleNotice
from services.payments import hear
from services.unit_of_work import Database
from web.asked import BadRequest
from web.bodies import read_body
from web.problems import problem

# The provider comes again by itself; this is for whoever reads the answer.
_RETRY_SECONDS = "5"


class PaymentWebhooks:
    """Answers 200 only when a notice is stored; one that is stored already is answered so as well."""

    @property
    def path(self) -> str:
        return f"/webhooks/{self._provider.name}"

    def __init__(self, database: Database, provider: PaymentProvider, *, largest_body: int) -> None:
        self._database = database
        self._provider = provider
        self._largest_body = largest_body

    async def take(self, request: Request) -> Response:
        try:
            body = await read_body(request, largest=self._largest_body)
            is_new = await hear(self._database, self._provider, body, request.headers)
        except BadRequest as error:
            return problem(error.status, error.code, error.message)
        except StaleNotice:
            return problem(400, "STALE_SIGNATURE", "The payment provider has signed this, but too long ago.")
        except BadNotice:
            return problem(400, "BAD_SIGNATURE", "This was not signed by the payment provider.")
        except Unavailable:
            message = "This cannot be stored now. Send it again."
            return problem(503, "UNAVAILABLE", message, headers={"Retry-After": _RETRY_SECONDS})
        return JSONResponse({"received": True, "duplicate": not is_new})
