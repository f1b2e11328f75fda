/** scopes are what a machine may be let do; what it does then is for policies to say. */
export const scopes: { id: string; label: string; means: string }[] = [
  { id: 'read', label: 'Read', means: 'Read what it may see: its own requests, and what it may ask for.' },
  { id: 'request', label: 'Request', means: 'Ask for access for the people whom eligibility policies name it for.' },
  { id: 'policies', label: 'Propose policies', means: 'Propose changes of policies; an administrator agrees to each.' },
  { id: 'settings', label: 'Propose settings', means: 'Propose changes of settings; an administrator agrees to each.' },
]

/** scopeLabels are scopes as people read them: "Read, Request". */
export const scopeLabels = (of: string[]) =>
  of.map(s => scopes.find(one => one.id === s)?.label ?? s).join(', ') || 'nothing'
