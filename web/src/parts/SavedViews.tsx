// SavedViews chooses among somebody's views of a list, and keeps the present one.

import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import ButtonDropdown, { type ButtonDropdownProps } from '@cloudscape-design/components/button-dropdown'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { Confirm } from './Confirm'
import { flash } from './flashes'
import { type Address, instead, only, same } from './listAddress'
import { ProblemBox } from './ProblemBox'
import { changed, deleted, opening, renamed, saved, type useViews, type View, wrong } from './views'

interface Props {
  /** words are the parameters of the address that a view stands for. */
  words: string[]
  address: Address
  onChoose: (words: Address) => void
  kept: ReturnType<typeof useViews>
}

type Doing = { what: 'save' | 'rename' | 'delete'; view?: View }

export function SavedViews({ words, address, onChoose, kept }: Props) {
  const { views, change } = kept
  const [last, setLast] = useState<string>()
  const [doing, setDoing] = useState<Doing>()
  const shown = views.views.find(v => same(v.words, address, words))
  // The one that was chosen before the filter was changed: it can be changed to that.
  const chosen = shown ?? views.views.find(v => v.id === last)
  const now = only(address, words)
  const nothing = Object.keys(now).length === 0

  const act = (to: Parameters<typeof change.mutate>[0], said: string) =>
    change.mutate(to, {
      onSuccess: () => {
        setDoing(undefined)
        flash({ type: 'success', content: said })
      },
    })
  const items: ButtonDropdownProps.Item[] = [{ id: 'save', text: 'Save as a new view…' }]
  if (chosen) {
    if (!shown && !nothing) items.push({ id: 'change', text: `Change “${chosen.name}” to what is shown` })
    items.push({ id: 'rename', text: `Rename “${chosen.name}”…` })
    items.push(
      views.first === chosen.id
        ? { id: 'forget', text: `Do not open the list with “${chosen.name}”` }
        : { id: 'first', text: `Open the list with “${chosen.name}”` },
    )
    items.push({ id: 'delete', text: `Delete “${chosen.name}”…` })
  }
  const choose = (id: string | undefined) => {
    const view = views.views.find(v => v.id === id)
    setLast(view?.id)
    onChoose(instead(view?.words ?? {}, words))
  }
  const menu = (id: string) => {
    change.reset()
    if (id === 'save') setDoing({ what: 'save' })
    else if (!chosen) return
    else if (id === 'rename' || id === 'delete') setDoing({ what: id, view: chosen })
    else if (id === 'change') act(all => changed(all, chosen.id, now), `“${chosen.name}” is what is shown now.`)
    else if (id === 'first') act(all => opening(all, chosen.id), `The list opens with “${chosen.name}” from now on.`)
    else if (id === 'forget') act(all => opening(all, undefined), 'The list opens without a filter from now on.')
  }

  return (
    <>
      <SpaceBetween direction="horizontal" size="xs">
        <Select
          ariaLabel="Saved view"
          selectedOption={
            shown
              ? { value: shown.id, label: `View: ${shown.name}` }
              : { value: nothing ? everything.value : '', label: `View: ${nothing ? 'everything' : 'not saved'}` }
          }
          options={[
            everything,
            ...views.views.map(v => ({
              value: v.id,
              label: v.name,
              labelTag: v.id === views.first ? 'opens the list' : undefined,
            })),
          ]}
          onChange={e => choose(e.detail.selectedOption.value)}
          expandToViewport
        />
        <ButtonDropdown
          variant="icon"
          ariaLabel="Save or change a view"
          items={items}
          loading={change.isPending}
          onItemClick={e => menu(e.detail.id)}
          expandToViewport
        />
      </SpaceBetween>
      {change.error && !doing && <ProblemBox error={change.error} />}
      {doing?.what === 'save' && (
        <Name
          title="Save this view"
          verb="Save"
          refusal={name => wrong(name, views)}
          running={change.isPending}
          error={change.error}
          onCancel={() => setDoing(undefined)}
          onName={name => {
            const id = crypto.randomUUID()
            setLast(id)
            act(all => saved(all, id, name, now), `“${name}” is saved.`)
          }}
        />
      )}
      {doing?.what === 'rename' && doing.view && (
        <Name
          title={`Rename “${doing.view.name}”`}
          verb="Rename"
          before={doing.view.name}
          refusal={name => wrong(name, views, doing.view?.id)}
          running={change.isPending}
          error={change.error}
          onCancel={() => setDoing(undefined)}
          onName={name => act(all => renamed(all, doing.view?.id ?? '', name), `The view is called “${name}” now.`)}
        />
      )}
      {doing?.what === 'delete' && doing.view && (
        <Confirm
          title={`Delete “${doing.view.name}”?`}
          verb="Delete"
          running={change.isPending}
          error={change.error}
          onCancel={() => setDoing(undefined)}
          onConfirm={() => act(all => deleted(all, doing.view?.id ?? ''), `“${doing.view?.name}” is deleted.`)}
        >
          <Box>Only the view goes; what it lists stays as it is.</Box>
        </Confirm>
      )}
    </>
  )
}

const everything = { value: 'everything', label: 'Everything' }

interface NameProps {
  title: string
  verb: string
  before?: string
  /** refusal says what is wrong with a name; '' where nothing is. */
  refusal: (name: string) => string
  running: boolean
  error: unknown
  onCancel: () => void
  onName: (name: string) => void
}

function Name({ title, verb, before = '', refusal, running, error, onCancel, onName }: NameProps) {
  const [name, setName] = useState(before)
  const [tried, setTried] = useState(false)
  const why = refusal(name)
  const go = () => {
    setTried(true)
    if (!why && !running) onName(name.trim())
  }
  return (
    <Modal
      visible
      header={title}
      onDismiss={onCancel}
      closeAriaLabel="Cancel"
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onCancel} disabled={running}>
              Cancel
            </Button>
            <Button variant="primary" loading={running} onClick={go}>
              {verb}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <FormField
          label="Name"
          description="Filter, time and order are kept under it, for you, in all your browsers."
          errorText={tried && why}
        >
          <Input
            value={name}
            onChange={e => setName(e.detail.value)}
            onKeyDown={e => e.detail.key === 'Enter' && go()}
            autoFocus
          />
        </FormField>
        {error !== undefined && error !== null && <ProblemBox error={error} />}
      </SpaceBetween>
    </Modal>
  )
}
