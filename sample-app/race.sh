#!/usr/bin/env bash
# 200 buyers at once for a stock of 100, without the lock and with it, through one or two instances.
# Usage: sample-app/race.sh [PORT...]     default: those of 8080 and 8081 that answer
# BUYERS=200 SKU=espresso-machine can be set in the environment. Needs bash and curl.
set -euo pipefail

buyers=${BUYERS:-200}
sku=${SKU:-espresso-machine}
ports=("$@")

[[ $buyers =~ ^[0-9]+$ ]] && ((buyers >= 1 && buyers <= 1000)) || { echo "BUYERS must be 1 to 1000 but was '$buyers'" >&2; exit 2; }

if ((${#ports[@]} == 0)); then
	for port in 8080 8081; do
		if curl -sf -o /dev/null --max-time 2 "http://127.0.0.1:$port/api/products"; then ports+=("$port"); fi
	done
fi
((${#ports[@]} > 0)) || { echo "No instance answers on port 8080 or 8081. Start one: ./mvnw -pl sample-app -am -Dmaven.test.skip spring-boot:run" >&2; exit 1; }

number() { # number FIELD JSON
	sed -E "s/.*\"$1\":([0-9]+).*/\1/" <<<"$2"
}

race() { # race LABEL ADDRESS
	local first="http://127.0.0.1:${ports[0]}/api/products/$sku" config answers stock i
	curl -sf -o /dev/null --max-time 60 -X POST "$first/reset" || { echo "Could not reset $sku on port ${ports[0]}" >&2; exit 1; }
	config=$(for ((i = 0; i < buyers; i++)); do
		echo "url = \"http://127.0.0.1:${ports[i % ${#ports[@]}]}$2/products/$sku/purchases\""
		echo 'output = "/dev/null"'
	done)
	answers=$(curl -s --parallel --parallel-immediate --parallel-max 300 --max-time 90 -X POST \
		--write-out '%{http_code}\n' --config - <<<"$config" 2>/dev/null) || true
	stock=$(curl -sf --max-time 10 "$first")
	printf '%-10s %7d %6d %9d %10d %8d %7d\n' "$1" "$buyers" "$(number sold "$stock")" "$(number oversold "$stock")" \
		"$(number remaining "$stock")" "$(grep -c '^409$' <<<"$answers" || true)" "$(grep -cvE '^(201|409)$' <<<"$answers" || true)"
}

echo "$buyers buyers at once for 100 of '$sku', through port(s) ${ports[*]}"
printf '%-10s %7s %6s %9s %10s %8s %7s\n' '' buyers sold oversold remaining refused failed
race unlocked /api/unlocked
race locked /api
