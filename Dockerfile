# The base needs a shell, because the Airbyte platform starts the connector with one, and a Node that supports the heap option
# below. The digest pins its files; Dependabot updates it. If you cannot reach Docker Hub, build with the tag alone
# (docs/deploy.md). This file builds with and without BuildKit, for any architecture.
FROM node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS base

FROM base AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json spec.json LICENSE ./
COPY schemas schemas
COPY src src
# The user of the image must be able to read the files, whatever the umask of the checkout was.
RUN npm run build -- --declaration false \
 && mkdir app \
 && mv dist schemas spec.json package.json LICENSE app \
 && chmod -R a+rX app

FROM base AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM base
# scripts/release.mjs writes the version of package.json here.
ARG VERSION=0.2.0
LABEL io.airbyte.name="source-float" \
      io.airbyte.version="${VERSION}" \
      org.opencontainers.image.title="source-float" \
      org.opencontainers.image.description="Airbyte source connector for Float (float.com)" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
# Not one of the folders that the platform mounts: /config, /source, /secrets.
WORKDIR /opt/source-float
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/app ./
# A number, so that Kubernetes can verify that the user is not root.
USER 1000:1000
# By default, V8's heap may grow to at least 256 MB, even in a smaller container, and to half of a larger one. Node 24 reserves
# 96 MB of it for short-lived objects, which here live for one page.
ENV AIRBYTE_ENTRYPOINT="node --max-old-space-size-percentage=65 --max-semi-space-size=8 /opt/source-float/dist/src/main.js"
ENTRYPOINT ["node", "--max-old-space-size-percentage=65", "--max-semi-space-size=8", "/opt/source-float/dist/src/main.js"]
# Fail the build if the image cannot start.
RUN $AIRBYTE_ENTRYPOINT spec >/dev/null
