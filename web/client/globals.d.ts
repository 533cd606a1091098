declare const __FILES__: unknown;
