# The base needs a shell, through which the Airbyte platform starts the connector, and a Node that knows the heap option
# below. It is named by digest, so that a build today and one in a year start from the same files; Dependabot renews it. Where
# Docker Hub cannot be reached, build with the tag alone (docs/deploy.md). Plain Dockerfile syntax only: it builds with and
# without BuildKit, for any architecture.
FROM node:24-bookworm-slim@sha256:6f7b03f7c2c8e2e784dcf9295400527b9b1270fd37b7e9a7285cf83b6951452d AS base

FROM base AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json spec.json LICENSE ./
COPY schemas schemas
COPY src src
# Whatever the umask of the checkout was, the files are readable for the user of the image.
RUN npm run build -- --declaration false \
 && mkdir app \
 && mv dist schemas spec.json package.json LICENSE app \
 && chmod -R a+rX app

FROM base AS dependencies
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM base
# That of package.json; a test compares them.
ARG VERSION=0.2.0
LABEL io.airbyte.name="source-float" \
      io.airbyte.version="${VERSION}" \
      org.opencontainers.image.title="source-float" \
      org.opencontainers.image.description="Airbyte source connector for Float (float.com)" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production
# Away from the folders that the platform mounts and starts in: /config, /source, /secrets.
WORKDIR /opt/source-float
COPY --from=dependencies /build/node_modules node_modules
COPY --from=build /build/app ./
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
# Left to itself, V8 takes at least 256 MB for its heap, also in a smaller container, and half of a larger one; and Node 24
# gives 96 MB of it to objects that live for one page only.
ENV AIRBYTE_ENTRYPOINT="node --max-old-space-size-percentage=65 --max-semi-space-size=8 /opt/source-float/dist/src/main.js"
ENTRYPOINT ["node", "--max-old-space-size-percentage=65", "--max-semi-space-size=8", "/opt/source-float/dist/src/main.js"]
# An image that cannot start is none.
RUN $AIRBYTE_ENTRYPOINT spec >/dev/null
