# Replaces the official PostgreSQL image where Docker Hub cannot be reached: the same variables and user, Debian's version.
ARG BASE
FROM ${BASE}
USER 0
RUN apt-get update \
 && apt-get install --yes --no-install-recommends postgresql \
 && install --directory --owner postgres /var/lib/postgresql/own
ENV PATH=/usr/lib/postgresql/15/bin:$PATH PGDATA=/var/lib/postgresql/own/data
USER postgres
RUN printf '%s\n' '#!/bin/sh' 'set -e' \
      'printf %s "$POSTGRES_PASSWORD" >/tmp/password' \
      'test -e "$PGDATA" || initdb --encoding UTF8 --locale C.UTF-8 --username "$POSTGRES_USER" --pwfile /tmp/password --auth-host scram-sha-256 --auth-local trust' \
      'echo "CREATE DATABASE $POSTGRES_DB" | postgres --single -D "$PGDATA" postgres || true' \
      'exec "$@" -k /tmp' >/tmp/start
ENV PGHOST=/tmp
ENTRYPOINT ["sh", "/tmp/start"]
CMD ["postgres"]
