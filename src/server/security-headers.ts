/** Sites that a base map's style, tiles and letters come from, as the policy names them. */
function contentPolicy(basemapOrigins: readonly string[]): string {
  const maps = basemapOrigins.join(' ');
  const own = (extra: string) => ["'self'", extra, maps].filter((part) => part !== '').join(' ');
  return [
    "default-src 'none'",
    // WebAssembly is compiled, text never is.
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    `img-src ${own('data: blob:')}`,
    `connect-src ${own('blob: data:')}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export function securityHeaders(basemapOrigins: readonly string[]): Readonly<Record<string, string>> {
  return {
    'Content-Security-Policy': contentPolicy(basemapOrigins),
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
    'Cache-Control': 'no-store',
  };
}
