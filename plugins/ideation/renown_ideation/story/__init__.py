"""What the organisation of a demo does with ideas: brings, votes, answers in time and sometimes not, and decides."""
