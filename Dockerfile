# Firstline brings its own Node; the one of this image only runs npm. (Not its slim variant: ours needs libatomic.)
FROM node:24 AS build
WORKDIR /firstline
COPY package.json package-lock.json .npmrc tsconfig.base.json ./
COPY packages packages
RUN npm ci && npm prune --omit=dev --ignore-scripts \
  && rm -rf node_modules/node-*/include node_modules/node-*/share packages/web/src

FROM debian:13-slim
RUN apt-get update && apt-get install -y --no-install-recommends libatomic1 libstdc++6 && rm -rf /var/lib/apt/lists/*
WORKDIR /firstline
COPY --from=build /firstline ./
# The data is all that the process may write.
RUN mkdir data && chown 1000:1000 data
USER 1000:1000
ENV HOST=0.0.0.0
VOLUME /firstline/data
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s CMD ["node_modules/.bin/node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 3000}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node_modules/.bin/node", "packages/firstline/src/main.ts", "start"]
