import { escaped } from '../../../base/markup.ts'

/** The bank's own question, in a page without scripts: what 3-D Secure looks like from outside. */
export function questionPage(sum: string): string {
  return page(`
<p>A shop asks for <b>${sum}</b> from your test card.</p>
<p>This is the sandbox bank. No money moves.</p>
<form method="post">
<button name="choice" value="approve">Approve ${sum}</button>
<button name="choice" value="decline" class="quiet">Decline</button>
</form>`)
}

export function nothingToConfirmPage(returnUrl: string): string {
  return page(`
<p>There is nothing to confirm here any more.</p>
<p><a href="${escaped(returnUrl)}">Back to the shop</a></p>`)
}

function page(body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sandbox bank</title>
<link rel="icon" href="data:,">
<style>
body { margin: 0 auto; padding: 32px 20px; max-width: 26rem; font: 16px/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas }
h1 { font-size: 20px }
form { display: grid; gap: 12px; margin-top: 24px }
button { min-height: 48px; border: 2px solid #1d4e89; border-radius: 8px; font: inherit; font-weight: 600; color: #fff; background: #1d4e89; cursor: pointer }
button.quiet { color: CanvasText; background: Canvas }
button:focus-visible, a:focus-visible { outline: 3px solid #e08e00; outline-offset: 2px }
</style>
</head>
<body>
<main>
<h1>Sandbox bank</h1>${body}
</main>
</body>
</html>
`
}
