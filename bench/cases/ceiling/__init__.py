"""The ceiling: what somebody would write who needed these three pages and nothing else."""
