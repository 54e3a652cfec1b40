# Builds with the whole workspace, runs with what is needed at run time, as nobody in particular.
FROM node:24-slim AS build
WORKDIR /firstline
COPY . .
RUN npm ci && npm prune --omit=dev --ignore-scripts

FROM node:24-slim
WORKDIR /firstline
COPY --from=build --chown=node:node /firstline /firstline
RUN mkdir data && chown node:node data
USER node
ENV HOST=0.0.0.0 LOG_LEVEL=info
VOLUME /firstline/data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
  CMD node -e "fetch('http://127.0.0.1:'+(process.env.PORT||3000)+'/healthz').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"
CMD ["node_modules/.bin/node", "packages/firstline/src/main.ts", "start"]
