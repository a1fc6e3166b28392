/**
 * The destinations that a project has deploy files for.
 * @param fileNames of the folder that holds the deploy file, e.g. `deploy.yml`, `deploy.staging.yml`
 * @param config the deploy file's own name, default `deploy.yml`
 * @returns names in order, without the default; Kamal 2.12.0 reads `<name without extension>.<destination>.yml`
 */
export function discoverDestinations(fileNames: readonly string[], config = 'deploy.yml'): string[] {
  const stem = config.replace(/\.[^./]*$/u, '');
  return fileNames
    .flatMap((name) => {
      if (!name.startsWith(`${stem}.`) || !name.endsWith('.yml') || name === config) return [];
      const destination = name.slice(stem.length + 1, -'.yml'.length);
      return destination === '' ? [] : [destination];
    })
    .toSorted();
}
