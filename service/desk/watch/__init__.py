"""What whoever looks after the service is told of it: one line for each thing that is wrong, and figures for Prometheus."""
