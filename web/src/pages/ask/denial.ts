// What a refusal of AWS says about itself: an AccessDenied message, an ARN or an address of the console, pasted as it is.

/** Denial is what could be read from it. */
export interface Denial {
  accountId: string
  /** role is the permission set that the refused call was made with, when the message names it. */
  role?: string
}

// The roles that IAM Identity Center makes are named AWSReservedSSO_NAME_0123456789abcdef.
const reserved = /AWSReservedSSO_([\w+=,.@-]{1,32})_[0-9a-f]{16}/

/** denialIn reads the account, and the role where one is named, from text; undefined where there is neither. */
export function denialIn(text: string): Denial | undefined {
  if (!/arn:aws|console\.aws|amazonaws\.com|account_id=|AccessDenied/i.test(text)) return undefined
  const accountId =
    text.match(/arn:aws[\w-]*:(?:iam|sts)::(\d{12}):/)?.[1] ??
    text.match(/arn:aws[\w-]*:[\w-]*:[\w-]*:(\d{12}):/)?.[1] ??
    text.match(/account_id=(\d{12})\b/)?.[1] ??
    text.match(/https:\/\/(\d{12})-[\w]+\.[\w-]+\.console\.aws/)?.[1] ??
    text.match(/\b(\d{12})\b/)?.[1]
  if (!accountId) return undefined
  const role = text.match(reserved)?.[1] ?? text.match(/[?&]role_name=([\w+=,.@-]{1,32})/)?.[1]
  return role ? { accountId, role } : { accountId }
}
