"""What operators say of jobs."""

import strawberry


@strawberry.input(description="A failed job to run again.")
class RetryJobInput:
    id: strawberry.ID = strawberry.field(description="The job.")
