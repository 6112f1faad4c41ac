#!/bin/sh
# Visits the release at HEADWAY_URL as a customer would, up to the cart. It orders nothing: an order is an order.
set -eu
cd "$(dirname "$0")"
exec ./out/Shop --smoke "$HEADWAY_URL"
