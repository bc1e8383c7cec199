"""Laws of what deploys newsloom: containers, compose and Kubernetes, judged without any of them running."""
