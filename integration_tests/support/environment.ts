/** Without the settings that Jest gives its processes, such as experimental modules. */
export function withoutJest(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _environment, LOG_LEVEL: _level, ...rest } = env;
  return rest;
}
