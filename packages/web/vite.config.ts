import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const backend = process.env['FIRSTLINE_BACKEND'] ?? 'http://localhost:3000'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // Small pictures inlined as data: URLs would be fine for the CSP, but fonts and scripts would not.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': backend } },
})
