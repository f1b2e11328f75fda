import Badge from '@cloudscape-design/components/badge'

/** Approval says whether somebody has to agree. */
export function Approval({ required }: { required: boolean }) {
  return required ? <Badge color="blue">needs approval</Badge> : <Badge color="severity-medium">without approval</Badge>
}

/** Legend explains the lines of the picture. */
export function Legend() {
  return (
    <span className="picture-legend">
      A dashed line leads to what somebody has to approve, a whole one to what needs nobody. Point at a card to follow
      it.
    </span>
  )
}
