# Installs the packages named by the arguments. What they bring is neither started now nor at boot,
# and Postgres' default cluster is not made: the project runs private instances of its own.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
policy=/usr/sbin/policy-rc.d
clusters=/etc/postgresql-common/createcluster.conf
saved=.before-mintfax

put_back() { # a file to what it was before this script changed it
	if [ -e "$1$saved" ]; then mv -f "$1$saved" "$1"; fi
}

restore() {
	if [ -e "$policy$saved" ]; then
		put_back "$policy"
	elif grep -qs 'made by mintfax' "$policy"; then
		rm -f "$policy"
	fi
	put_back "$clusters"
}
trap restore EXIT
trap 'exit 130' INT TERM HUP
restore # what an earlier run may have left

new() { ! dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

install() {
	apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" </dev/null
}

forbid_start() {
	if [ -e "$policy" ]; then mv -f "$policy" "$policy$saved"; fi
	printf '#!/bin/sh\n# made by mintfax for the time of an installation\nexit 101\n' >"$policy"
	chmod 0755 "$policy"
}

forbid_cluster() {
	install postgresql-common
	if [ -e "$clusters" ]; then
		cp -p "$clusters" "$clusters$saved"
		sed -i '/^ *create_main_cluster/d' "$clusters"
	fi
	echo 'create_main_cluster = false' >>"$clusters"
}

disable() { # a unit, and the init script of the same name
	if command -v systemctl >/dev/null; then
		systemctl disable "$1" >/dev/null 2>&1 || echo "could not disable $1" >&2
	elif [ -e "/etc/init.d/${1%.*}" ]; then
		update-rc.d "${1%.*}" disable >/dev/null || echo "could not disable ${1%.*}" >&2
	fi
}

units=
for pair in rabbitmq-server:rabbitmq-server.service redis-server:redis-server.service \
	postgresql-common:postgresql.service erlang-base:epmd.service erlang-base:epmd.socket; do
	if new "${pair%%:*}"; then units="$units $pair"; fi
done

forbid_start
if ! apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends --download-only "$@" </dev/null; then
	apt-get -o DPkg::Lock::Timeout=120 update </dev/null
fi
case " $* " in *" postgresql "*) forbid_cluster ;; esac
install "$@"

for pair in $units; do
	if ! new "${pair%%:*}"; then disable "${pair#*:}"; fi
done
