# Sourced by .ci/run: real PostgreSQL and MariaDB servers for the tests.
#
# A server that answers at the usual port is used as it is. Where none does, one is started with a data folder of its
# own, on a port of its own, and stopped when the script ends; its package is installed by apt-get if it is missing.

answers() { # port
    (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

free_port() {
    "$PYTHON" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

wait_for() { # port, what, log
    for _ in $(seq 120); do
        answers "$1" && return 0
        sleep 0.5
    done
    echo "$2 did not come up within a minute:" >&2
    tail -n 40 "$3" >&2
    return 1
}

install_package() { # package
    [ "$(id -u)" = 0 ] || { echo "$1 is missing and installing it takes root" >&2; return 1; }
    apt-get update -qq
    # Without the package's own service: it would take the usual port with settings of its own.
    printf '#!/bin/sh\nexit 101\n' >"$WORK/policy-rc.d"
    chmod +x "$WORK/policy-rc.d"
    local placed=0
    [ -e /usr/sbin/policy-rc.d ] || { cp "$WORK/policy-rc.d" /usr/sbin/policy-rc.d && placed=1; }
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >"$WORK/apt.log" 2>&1 ||
        { tail -n 40 "$WORK/apt.log" >&2; return 1; }
    [ "$placed" = 0 ] || rm -f /usr/sbin/policy-rc.d
}

as_user() { # user, command...: run a server's command as its own user, when we are root
    local user=$1
    shift
    if [ "$(id -u)" = 0 ]; then
        runuser -u "$user" -- "$@"
    else
        "$@"
    fi
}

server_folder() { # user, name
    mkdir -p "$WORK/$2"
    [ "$(id -u)" != 0 ] || chown "$1" "$WORK/$2"
    echo "$WORK/$2"
}

postgresql_programs() {
    ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1
}

start_postgresql() {
    local programs folder port
    [ -n "$(postgresql_programs)" ] || install_package postgresql
    programs=$(postgresql_programs)
    folder=$(server_folder postgres postgresql)
    port=$(free_port)
    as_user postgres "$programs/initdb" --auth=trust --username=postgres -E UTF8 --locale=C.UTF-8 -D "$folder/data" >"$WORK/initdb.log"
    as_user postgres "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -s \
        -o "-p $port -k $folder -c listen_addresses=127.0.0.1 -c fsync=off" start
    STOP+=("as_user postgres $programs/pg_ctl -D $folder/data -m immediate -s stop")
    wait_for "$port" PostgreSQL "$folder/log"
    export MISATA_TEST_POSTGRESQL_URL="postgresql://postgres@127.0.0.1:$port/postgres"
}

start_mariadb() {
    local folder port
    command -v mariadbd >/dev/null || install_package mariadb-server
    folder=$(server_folder mysql mariadb)
    port=$(free_port)
    as_user mysql mariadb-install-db --no-defaults --datadir="$folder/data" --auth-root-authentication-method=normal \
        --skip-test-db >"$WORK/mariadb-install-db.log" 2>&1
    as_user mysql mariadbd --no-defaults --datadir="$folder/data" --socket="$folder/socket" --pid-file="$folder/pid" \
        --bind-address=127.0.0.1 --port="$port" --local-infile=1 --skip-name-resolve >"$folder/log" 2>&1 &
    STOP+=("kill \$(cat $folder/pid); wait $!")
    wait_for "$port" MariaDB "$folder/log"
    export MISATA_TEST_MYSQL_URL="mysql+pymysql://root@127.0.0.1:$port/mysql"
}

start_servers() {
    if [ -z "${MISATA_TEST_POSTGRESQL_URL:-}" ]; then answers 5432 || start_postgresql; fi
    if [ -z "${MISATA_TEST_MYSQL_URL:-}" ]; then answers 3306 || start_mariadb; fi
}

stop_servers() {
    local command
    for command in ${STOP[@]+"${STOP[@]}"}; do
        eval "$command" >/dev/null 2>&1 || true
    done
}
