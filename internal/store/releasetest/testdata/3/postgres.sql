SELECT pg_catalog.set_config('search_path', '', false);
CREATE FUNCTION public.keep_event() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN RAISE EXCEPTION 'event_%', lower(TG_OP) USING ERRCODE = '23514'; END $$;
CREATE FUNCTION public.keep_reason() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  IF OLD.reason <> '' AND NEW.reason <> OLD.reason AND NEW.reason <> 'unusable' THEN
    RAISE EXCEPTION 'elevation_reason_change' USING ERRCODE = '23514';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION public.keep_standing() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  UPDATE requests SET standing = (SELECT s.standing FROM request_standings AS s WHERE s.request_id = NEW.request_id) WHERE id = NEW.request_id;
  RETURN NULL;
END $$;
CREATE FUNCTION public.refuse_illegal_move() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
DECLARE old_state text := ''; legal boolean;
BEGIN
  IF TG_OP = 'DELETE' THEN RAISE EXCEPTION '%_delete', TG_ARGV[0] USING ERRCODE = '23514'; END IF;
  IF TG_OP = 'UPDATE' THEN
    old_state := OLD.state;
    IF NEW.state = OLD.state THEN RETURN NEW; END IF;
  END IF;
  EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE from_state = $1 AND to_state = $2)', TG_ARGV[0] || '_moves') INTO legal USING old_state, NEW.state;
  IF NOT legal THEN RAISE EXCEPTION '%_illegal_move', TG_ARGV[0] USING ERRCODE = '23514'; END IF;
  RETURN NEW;
END $_$;
CREATE TABLE public.alarms (
    id text NOT NULL,
    kind text NOT NULL,
    severity text NOT NULL,
    subject text NOT NULL,
    sentence text NOT NULL,
    opened_at bigint NOT NULL,
    last_seen bigint NOT NULL,
    times bigint NOT NULL,
    closed_at bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.assignments (
    id text NOT NULL,
    user_id text NOT NULL,
    account_id text NOT NULL,
    permission_set_arn text NOT NULL,
    phase text NOT NULL,
    since bigint NOT NULL,
    request_id text DEFAULT ''::text NOT NULL,
    create_sent_at bigint DEFAULT 0 NOT NULL,
    in_doubt boolean DEFAULT false NOT NULL,
    failure text DEFAULT ''::text NOT NULL,
    seen_at bigint DEFAULT 0 NOT NULL,
    absent_at bigint DEFAULT 0 NOT NULL,
    problem text DEFAULT ''::text NOT NULL,
    tries bigint DEFAULT 0 NOT NULL,
    urgency bigint NOT NULL,
    needs_slot boolean DEFAULT false NOT NULL,
    due_at bigint DEFAULT 0 NOT NULL,
    leased_until bigint DEFAULT 0 NOT NULL,
    looks bigint DEFAULT 0 NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT assignments_phase_check CHECK ((phase = ANY (ARRAY['idle'::text, 'claimed'::text, 'creating'::text, 'verifying'::text, 'held'::text, 'removing'::text, 'deleting'::text, 'clearing'::text]))),
    CONSTRAINT assignments_version_check CHECK ((version > 0)),
    CONSTRAINT owned_is_due CHECK (((phase = 'idle'::text) OR (due_at > 0)))
);
CREATE TABLE public.audit_hashes (
    "position" bigint NOT NULL,
    hash bytea NOT NULL
);
CREATE TABLE public.audit_head (
    id bigint NOT NULL,
    size bigint NOT NULL,
    CONSTRAINT audit_head_id_check CHECK ((id = 1))
);
CREATE TABLE public.aws_pipe (
    name text NOT NULL,
    tokens double precision NOT NULL,
    at bigint NOT NULL
);
CREATE TABLE public.cursors (
    name text NOT NULL,
    sequence bigint NOT NULL,
    due_at bigint NOT NULL,
    leased_until bigint DEFAULT 0 NOT NULL,
    tries bigint DEFAULT 0 NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT cursors_version_check CHECK ((version > 0))
);
CREATE TABLE public.decision_moves (
    from_state text NOT NULL,
    to_state text NOT NULL
);
CREATE TABLE public.deployment (
    id bigint NOT NULL,
    identity_store_id text NOT NULL,
    recovery_since bigint DEFAULT 0 NOT NULL,
    recovery_reason text DEFAULT ''::text NOT NULL,
    CONSTRAINT deployment_id_check CHECK ((id = 1))
);
CREATE TABLE public.directory_accounts (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    email text NOT NULL,
    state text NOT NULL,
    path_json text NOT NULL,
    tags_json text NOT NULL,
    read_at bigint NOT NULL,
    generation bigint NOT NULL
);
CREATE TABLE public.directory_groups (
    id text NOT NULL COLLATE pg_catalog."C",
    display_name text NOT NULL,
    read_at bigint NOT NULL,
    members_read_at bigint DEFAULT 0 NOT NULL,
    generation bigint NOT NULL
);
CREATE TABLE public.directory_head (
    id integer NOT NULL,
    revision bigint NOT NULL,
    CONSTRAINT directory_head_id_check CHECK ((id = 1))
);
CREATE TABLE public.directory_instance (
    id integer NOT NULL,
    arn text NOT NULL COLLATE pg_catalog."C",
    identity_store_id text NOT NULL,
    region text NOT NULL,
    partition_name text NOT NULL,
    organization_id text NOT NULL,
    management_account_id text NOT NULL,
    caller_account_id text NOT NULL,
    permission_sets_enabled boolean NOT NULL,
    read_at bigint NOT NULL,
    CONSTRAINT directory_instance_id_check CHECK ((id = 1))
);
CREATE TABLE public.directory_members (
    group_id text NOT NULL COLLATE pg_catalog."C",
    user_id text NOT NULL COLLATE pg_catalog."C",
    generation bigint NOT NULL
);
CREATE TABLE public.directory_passes (
    part text NOT NULL COLLATE pg_catalog."C",
    generation bigint DEFAULT 0 NOT NULL,
    cursor_json text DEFAULT '{}'::text NOT NULL,
    started_at bigint DEFAULT 0 NOT NULL,
    finished_at bigint DEFAULT 0 NOT NULL,
    running boolean DEFAULT false NOT NULL,
    due_at bigint DEFAULT 0 NOT NULL,
    seen bigint DEFAULT 0 NOT NULL,
    entries bigint DEFAULT 0 NOT NULL,
    failures bigint DEFAULT 0 NOT NULL,
    fault text DEFAULT ''::text NOT NULL,
    fault_at bigint DEFAULT 0 NOT NULL,
    notes_json text DEFAULT '[]'::text NOT NULL,
    leased_by text DEFAULT ''::text NOT NULL,
    leased_until bigint DEFAULT 0 NOT NULL,
    version bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.directory_permission_sets (
    arn text NOT NULL COLLATE pg_catalog."C",
    name text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    session_seconds bigint DEFAULT 0 NOT NULL,
    managed_json text DEFAULT '[]'::text NOT NULL,
    customer_json text DEFAULT '[]'::text NOT NULL,
    inline_policy text DEFAULT ''::text NOT NULL,
    boundary text DEFAULT ''::text NOT NULL,
    tags_json text DEFAULT '{}'::text NOT NULL,
    in_management boolean DEFAULT false NOT NULL,
    placed boolean DEFAULT false NOT NULL,
    read_at bigint DEFAULT 0 NOT NULL,
    generation bigint NOT NULL
);
CREATE TABLE public.directory_units (
    id text NOT NULL COLLATE pg_catalog."C",
    name text NOT NULL,
    parent_id text NOT NULL COLLATE pg_catalog."C",
    read_at bigint NOT NULL,
    generation bigint NOT NULL,
    walked bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.directory_users (
    id text NOT NULL COLLATE pg_catalog."C",
    user_name text NOT NULL,
    display_name text NOT NULL,
    email text NOT NULL,
    status text NOT NULL,
    person_key text NOT NULL,
    read_at bigint NOT NULL,
    generation bigint NOT NULL
);
CREATE TABLE public.elevation_moves (
    from_state text NOT NULL,
    to_state text NOT NULL
);
CREATE TABLE public.elevations (
    id text NOT NULL,
    target_id text NOT NULL,
    request_id text NOT NULL,
    assignment_id text NOT NULL,
    user_id text NOT NULL,
    account_id text NOT NULL,
    permission_set_arn text NOT NULL,
    state text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    detail text DEFAULT ''::text NOT NULL,
    start_at bigint NOT NULL,
    duration bigint NOT NULL,
    deadline bigint DEFAULT 0 NOT NULL,
    activated_at bigint DEFAULT 0 NOT NULL,
    ends_at bigint DEFAULT 0 NOT NULL,
    ended_at bigint DEFAULT 0 NOT NULL,
    ended_by text DEFAULT ''::text NOT NULL,
    held_by text DEFAULT ''::text NOT NULL,
    extensions bigint DEFAULT 0 NOT NULL,
    attempt bigint NOT NULL,
    created_at bigint NOT NULL,
    version bigint NOT NULL,
    standing bigint GENERATED ALWAYS AS (
CASE
    WHEN (state = 'waiting'::text) THEN 9
    WHEN (state = 'scheduled'::text) THEN 8
    WHEN (state = 'activating'::text) THEN 7
    WHEN (state = ANY (ARRAY['active'::text, 'ending'::text])) THEN 10
    WHEN (reason = 'cancelled'::text) THEN 2
    WHEN (reason = 'revoked'::text) THEN 5
    WHEN (reason = ANY (ARRAY['failed'::text, 'lapsed'::text, 'unusable'::text, 'removed outside'::text, 'already held'::text])) THEN 6
    ELSE 1
END) STORED,
    CONSTRAINT active_has_end CHECK (((state <> 'active'::text) OR ((activated_at > 0) AND (ends_at > activated_at)))),
    CONSTRAINT elevations_attempt_check CHECK ((attempt > 0)),
    CONSTRAINT elevations_duration_check CHECK ((duration > 0)),
    CONSTRAINT elevations_version_check CHECK ((version > 0)),
    CONSTRAINT end_has_reason CHECK (((state = ANY (ARRAY['ending'::text, 'ended'::text])) = (reason <> ''::text))),
    CONSTRAINT ended_has_time CHECK (((state = 'ended'::text) = (ended_at > 0)))
);
CREATE TABLE public.events (
    sequence bigint NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    actor_id text NOT NULL,
    user_id text NOT NULL,
    account_id text NOT NULL,
    request_id text NOT NULL,
    elevation_id text NOT NULL,
    bytes bytea NOT NULL
);
CREATE TABLE public.goose_db_version (
    id integer NOT NULL,
    version_id bigint NOT NULL,
    is_applied boolean NOT NULL,
    tstamp timestamp without time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.goose_db_version ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.goose_db_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.policies (
    kind text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL
);
CREATE TABLE public.policy_generation (
    id bigint NOT NULL,
    generation bigint NOT NULL,
    CONSTRAINT policy_generation_id_check CHECK ((id = 1))
);
CREATE TABLE public.policy_proposals (
    id text NOT NULL,
    kind text NOT NULL,
    policy_id text NOT NULL,
    base_version bigint NOT NULL,
    name text NOT NULL,
    body text NOT NULL,
    deleted boolean NOT NULL,
    reasons text NOT NULL,
    author_id text NOT NULL,
    by_machine boolean DEFAULT false NOT NULL,
    created_at bigint NOT NULL,
    state text NOT NULL,
    decided_by text DEFAULT ''::text NOT NULL,
    decided_at bigint DEFAULT 0 NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT policy_proposals_state_check CHECK ((state = ANY (ARRAY['proposed'::text, 'agreed'::text, 'refused'::text, 'withdrawn'::text, 'overtaken'::text]))),
    CONSTRAINT policy_proposals_version_check CHECK ((version > 0)),
    CONSTRAINT second_is_another CHECK (((state <> 'agreed'::text) OR (decided_by <> author_id)))
);
CREATE TABLE public.policy_versions (
    kind text NOT NULL,
    id text NOT NULL,
    version bigint NOT NULL,
    name text NOT NULL,
    body text NOT NULL,
    deleted boolean NOT NULL,
    widening boolean NOT NULL,
    author_id text NOT NULL,
    agreed_by text DEFAULT ''::text NOT NULL,
    effective_at bigint NOT NULL,
    CONSTRAINT policy_versions_kind_check CHECK ((kind = ANY (ARRAY['eligibility'::text, 'approver'::text, 'settings'::text]))),
    CONSTRAINT policy_versions_version_check CHECK ((version > 0))
);
CREATE TABLE public.targets (
    id text NOT NULL,
    request_id text NOT NULL,
    account_id text NOT NULL,
    account_name text NOT NULL,
    permission_set_arn text NOT NULL,
    permission_set_name text NOT NULL,
    state text NOT NULL,
    decided_at bigint DEFAULT 0 NOT NULL,
    extends text DEFAULT ''::text NOT NULL,
    policies text NOT NULL,
    pending_until bigint DEFAULT 0 NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT decided_has_time CHECK (((state = 'pending'::text) = (decided_at = 0))),
    CONSTRAINT pending_has_limit CHECK (((state = 'pending'::text) = (pending_until > 0))),
    CONSTRAINT targets_version_check CHECK ((version > 0))
);
CREATE VIEW public.request_standings AS
 SELECT t.request_id,
    max(
        CASE
            WHEN (t.state = 'pending'::text) THEN (9)::bigint
            WHEN (t.state = 'rejected'::text) THEN (4)::bigint
            WHEN (t.state = 'expired'::text) THEN (3)::bigint
            WHEN (t.state = 'cancelled'::text) THEN (2)::bigint
            WHEN ((t.extends <> ''::text) OR (e.id IS NULL)) THEN (7)::bigint
            ELSE e.standing
        END) AS standing
   FROM (public.targets t
     LEFT JOIN public.elevations e ON (((e.target_id = t.id) AND (e.attempt = ( SELECT max(l.attempt) AS max
           FROM public.elevations l
          WHERE (l.target_id = t.id))))))
  GROUP BY t.request_id;
CREATE TABLE public.requests (
    id text NOT NULL,
    kind text NOT NULL,
    beneficiary_id text NOT NULL,
    filed_by text NOT NULL,
    machine boolean NOT NULL,
    others text NOT NULL,
    justification text NOT NULL,
    ticket text NOT NULL,
    start_at bigint NOT NULL,
    duration bigint NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    version bigint NOT NULL,
    standing bigint DEFAULT 0 NOT NULL,
    CONSTRAINT requests_beneficiary_id_check CHECK ((beneficiary_id <> ''::text)),
    CONSTRAINT requests_duration_check CHECK ((duration > 0)),
    CONSTRAINT requests_filed_by_check CHECK ((filed_by <> ''::text)),
    CONSTRAINT requests_kind_check CHECK ((kind = ANY (ARRAY['access'::text, 'extension'::text]))),
    CONSTRAINT requests_version_check CHECK ((version > 0))
);
CREATE TABLE public.tokens (
    hash text NOT NULL,
    user_id text NOT NULL,
    label text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    revoked_at bigint DEFAULT 0 NOT NULL
);
CREATE TABLE public.votes (
    id text NOT NULL,
    target_id text NOT NULL,
    voter_id text NOT NULL,
    beneficiary_id text NOT NULL,
    stage bigint NOT NULL,
    approve boolean NOT NULL,
    comment text NOT NULL,
    at bigint NOT NULL,
    strength text NOT NULL,
    voter_groups text NOT NULL,
    void boolean DEFAULT false NOT NULL,
    CONSTRAINT decider_is_not_requester CHECK ((voter_id <> beneficiary_id)),
    CONSTRAINT votes_stage_check CHECK ((stage >= 0))
);
INSERT INTO public.alarms VALUES
	('alm_01a212f4-0292-7435-bb0e-f3e277709c71', 'activation-failed', 'warning', 'elv_01a212f3-fcf0-7769-a981-e334ccb049f3', 'Elevation elv_01a212f3-fcf0-7769-a981-e334ccb049f3 failed: AWS could not make the assignment: no such luck. Retry it when the cause is gone.', 1795614311043133, 1795614311043133, 1, 0);
INSERT INTO public.assignments VALUES
	('asg_18eae485d325efa613db18a3', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'held', 1795614323667847, '', 1795614323511865, false, '', 1795614323667847, 0, '', 0, 0, false, 1795614383667847, 0, 0, 9),
	('asg_26b7af0c302e620227dc29d0', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'idle', 1795614309535022, '', 0, false, '', 1795614309535022, 0, '', 0, 1, false, 0, 0, 0, 21),
	('asg_27cb769c87d17258d00d83b3', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'idle', 1795614321066686, '', 0, false, '', 1795614321066686, 0, '', 0, 1, false, 0, 0, 0, 15),
	('asg_baff0e853bee4b37d531ab9d', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'idle', 1795614381759903, '', 0, false, '', 0, 0, '', 0, 1, false, 1795614381759903, 0, 0, 1),
	('asg_848b5eee37953b07d35fa900', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'removing', 1795614326235062, '', 1795614325174196, false, '', 1795614325234455, 0, '', 0, 0, false, 1795614326234455, 1795614330235062, 0, 12);
INSERT INTO public.audit_hashes VALUES
	(0, '\x074e40e1849863e722089e97840513262f10649a3b2559b9b7150b645ac4aaf9'),
	(1, '\xbcda2ee3153c4771abc6882410872fb34723baed86656990ddebf0e2b7d032dd'),
	(2, '\xf9f273cd15db57660b57ab2d00b76a135a57bd3889a8bb4be920e34a4efa1fa0'),
	(3, '\xa42bc1e8ee8c9cb980b67b607623b3f3893be618fd4d86df88742f0c3df0a3d7'),
	(4, '\x4987c1b4dae2fbf3696fd7374e24b517cd74853b4ef447de3444696da9330d02'),
	(5, '\xcdcda71695f51f2baa042fb780c0cbf4b8cd446ffbf433196aa7f5c96c02bfc7'),
	(6, '\xd15cee3846e1679d9ac842c112bd75c3b17b466e49bf37d23a380ac4e4612fd7'),
	(7, '\x4e6534d9ecd9e73bad5c9984b00bcd8fd5a6720ca8a235b4fac5724a5e473aed'),
	(8, '\xc401ac89cbb67a01b4ebd38313246c4554978e736f967a0aa43df713b099e72a'),
	(9, '\x287f5c82ce9548b6c728e4c0d6f36c0bb89e4844adacd7e5dfb8c3a423c5bd20'),
	(10, '\x383565cd4aaf78ccededbcc603fb1188b0bfa7802d29794abcdc523fe5784578'),
	(11, '\x0b1e60ed4f26f68f3def90cf2772c7d198bdb88be975f8ba53e1e9222eeaf961'),
	(12, '\x4424bc477dadf111a354e9bf6e5f7e4e3f8833f5c5d6cdbe844bdd4345942b4a'),
	(13, '\x623cb99405c61deb34671f7370c60919bdc186b2787883340fe2d82a6a7f4139'),
	(14, '\x1aeb7ff7ed78d8752daf0b275694c4b8dd13018df0916166bbdd72f82f2e8653'),
	(15, '\x7cfbda49150f676dd7258130edb246979a51a1156865ab98513ab22f4ebaf147'),
	(16, '\x3fb1c56646e64d1bbd14c92779a91410c48e99c3ec4ed6542fba6a1fab0c1185'),
	(17, '\xa3cc78ca1828589d88a10331399888a93359bc29eb561a99b21bbf1d976e2f0c'),
	(18, '\x5285b6d66d507566089231d9c23eb808901b5ff69de9ad43f0382ce94cf661bf'),
	(19, '\x50b1e3aa3e97d0f2fa8970f939791b19855b6b546c30319fba443424cfac0f01'),
	(20, '\xf3a34b15ad5ad655edba49e29bdc4d21c9c6b5b1d19900048e57c7bc459c4a9f'),
	(21, '\x6d7538346333e5fe778cb4373f84bee1b275137b16f879f72550938d10bef26b'),
	(22, '\x70738b6159b2cfccab37b9a119aed412d9749abb09a05de5e0b115064062d1de'),
	(23, '\x09e34ac2cf3a6bc68b0c90972dff7a7263ea7b00718917885b2f87ab74ade751'),
	(24, '\x9c0088533e590cb0041e9263708080f2c1f89fb1f053cc11ccf64e0d6bc06f0b'),
	(25, '\x26ba9502daabc86ff79ead05c731890f6488078a32903170eed9e0df45652bdc'),
	(26, '\x29e3f4ce4baa3761b3595df724a307bc7d4fbc4b629fd5127c5d60489c754d21'),
	(27, '\x6f1f6bc37d31350a0f43ce4da7c520256fc222bf674ba76afed2b60e330a7a2f'),
	(28, '\x4d07cae041677f8dab10df1e14b885c46d7c7e939ddaabb27e966f439a9d62b3'),
	(29, '\x2fe1eb9e5afe2454dda1d72a8cf0a35e8f87649189fb79bfc29c064a63e3f96d'),
	(30, '\x3aa92a3ec5aea7bff93cd779927bc4ea901b90e32ad4eb22451da7ea71d13545'),
	(31, '\x3e3fa17c6baae598dc5e761d18669ddeb0784b59cdaa9e043adcafd803afbdf2'),
	(32, '\x51e44b8f9a4dc2199143c5d6c3bb410f279b5ac46bd38c18c6f0d1975c409de3'),
	(33, '\xbd692657043e3b0a1fca52a408bce73e1237293f46e9b5b7891d64ccff8bceea'),
	(34, '\x5331417abfb4907a45f25632841eda3286c8afa32805909272b4e51f25742a97'),
	(35, '\xb77af63d064d009ffae143bacc966d2bd62a552bb2af818c30f8c71681a221d6'),
	(36, '\x1c341e1dbfd34283ba60df76732b7335708963215d9e3cb0bfea42838cf3fd7b'),
	(37, '\x9f50adc0c49b29295e0f53262bad0c1ff57feb97cbcf34c2397eb543fd90090b'),
	(38, '\x59a2c05a49ad4457533f8cf6b5a503e505761c18a932f13b12e21c3070363301'),
	(39, '\x9f92e4c0defdddc61cf4d5e841e916c7bfae0ccf862d2e2ebf204a8bfb7e2e7c'),
	(40, '\x3a4f476816f35a077121ace97d6703a4c3efcaf8b06b0a00e1d6110eb255f56f'),
	(41, '\x6b6e5d64e271d1ebcf67ed8f95a8995c49bf6b1ebf70e70b0fd8967f75b73345'),
	(42, '\xf1952d61f2416c6813ad211fd1b939c61ba73c6ac857af3f832bbdf543da38bd'),
	(43, '\xca7950e103f300a65501ea230bde78218a4aff210d99a06758fd0636c1a7ab51'),
	(44, '\xdaea88d8e4b0d1f0220f0bef31eedec0daee4630d2cafcb76a90175dc5e1cab0'),
	(45, '\x9d3d760d40401181ea699c7da6ac42ffea1fd6985ba09355a44c6d12c359336e'),
	(46, '\x3a5e7832ae4b25490e7009ec5aba48206beffa35e4779c7dd0dabc0e6b4815ea'),
	(47, '\xf251a41d48c8ad9d7ec80659087abe9a4ea80d2c0ff5f11d918ac9880ada65e7'),
	(48, '\x1705ba74cdeb1d40ad81784f2748a2a3915bb9ac89f3dfcf45f0a8d7b16d3212'),
	(49, '\x5c0900c7b030b88e86363df9c791c037ed55cbc4e949f839e12a098dd93d710f'),
	(50, '\xccfe0d28e2463606d791cd9eebea844657cb32474e112a31b1d1f7320390166e'),
	(51, '\xcf1e78ac9b68746541e678b2956e9f0f79829b9bd6efa29cd42abd1841c5e0ca'),
	(52, '\x4b4e8de947c403fa08aaa01dd39430e5972623c20c74b87be42dc3a0cfe3f767'),
	(53, '\x14a5a5c46d168dfa6297d713f8cc9ea5a3c20f1c9d6439ace061ab5faaed6163'),
	(54, '\xa7bf43cca0e139433e92dc55e7d1228b79a9e2e8706a057d8279443fdb86098c'),
	(55, '\x7138250d82f6c070c832c03e08fa222cdc5a6937940a13b28a1df7bbeb609361'),
	(56, '\x4049f324c5b75fd0f2c9d891b5b9e0d1615de119a958bbb68cf84780a7d0d71c'),
	(57, '\x2db83a9f309abd25d34a647ce5e931c18e63db9e06f6c478670788a2f517a0ca'),
	(58, '\x1afd934c46311d3234c06f253e544271c362aae21a60659fd92befbe3fa12a97'),
	(59, '\xddfb7e7be358948fb43c7573c09c29e38f82ab32598f805919321d546e2cd1e0'),
	(60, '\x192f0f950b145350bfa7be87630746e8858720f3aabcbcaf122b9806f61cfc07'),
	(61, '\xdc90addd3a2c1b2b2485fdf62ec290fb56ad318f8a4734148a3b651cadb7efbe'),
	(62, '\x11d22bcdc4d8adabe5dc15c7c37531b5f6006742540ba08d95c6ef6eedf24270'),
	(63, '\x7d54b847001170d9f91f3a6cf51310b304561ee8f053fc770dc63d41cad04d54'),
	(64, '\xc0cf6a220921cb6d2bb01a3fe4fdf7c449fa83ef96e11ff8ca1a9912e396548b'),
	(65, '\x757e89d216b4c5a97898063c839e661cce600a18c077a74ff07a02cb306a4ddf'),
	(66, '\x3f4776443af6139c302f140d521a9066feb0e85b9a335e1438a6744a867c47ed'),
	(67, '\xe8bf86299d2d4bbd843b729179bf7e07ab0e28284cb33dea313b109b3b96f3ea'),
	(68, '\xca01b67aef52476ec56f383eeb3f4c1e06baf14e492e3cc2080d6dbbfa8d1466'),
	(69, '\x9e22d398417c78777511a7676a6f01e28698391e3fd0bf6b129f06e74a7bc6a2'),
	(70, '\x64d9a9341b1e1f7fe0de12e38356f405da3fedb1ae8bad876691b4e838c87434'),
	(71, '\x2e685aa0cfdbcba42f12a46afcaabc6b1a98ec847b5ae26a14196282b244a921'),
	(72, '\xff74c1c53feea2f5a03c66ba464620e0fabcc65254d07eaa956719f40f0e0fe0'),
	(73, '\xde1202f31811dae2132cf5f4f3706c45d1b7951e412caa64c8c69ee9cb8cb5bd'),
	(74, '\x2b0df33067707e6d8b4413b7a84fc5d4fb0b546cff1b4dc16cf624feea56d17f'),
	(75, '\x62198d4992463aebde47854339337437bb4113b711f79a0565b38beadaaba79b'),
	(76, '\x5d69a6f27bcb439acbaaf0b1bd2bd139b942c93a06cee391fc87efe5ead120c6'),
	(77, '\x93f86829e90b771636f21404fde083b6c32d350e2f62a3a91763cca25be4140f'),
	(78, '\x7c7081e402707a7bf82eaa8737ef1844912fb17a8331423d8d84c0dad9c1b78e'),
	(79, '\x9d5c741890d0a94f75fb76545acc745833a29fd382454e5e92354e092a6f6532'),
	(80, '\x6270069f286f343b9d423cc3dd4a0f88ef7cf5f3f1b8be1581f98070a7948cb4'),
	(81, '\x3898e19df8f4bdfe37b70ba53e07a72c5c5de9190c2ba3d4b080d731e8279b55'),
	(82, '\xe43dbfe3dccaa835e277428dd0f7b217e2dfa1b87fce6df9ae665299555b4ee7'),
	(83, '\xbc3a2a3674bc6ef9997368c80bfba771a1c865273ae8c412bba4670ae521cc51'),
	(84, '\x87507ffc958845c9b99d74048f0c6b7aebafd76f0019c0641121fb20daddef29'),
	(85, '\x9e74c2013ddb114be2c57c317b12c66b8a0910f0b330816eaa7f5102f2fff610'),
	(86, '\x58b80387dcabf723c96970bf24579014ae4370ba9d36b006e8759a6822394dce'),
	(87, '\x1b02ac64c8190e5ba88e8b104687ac9a493e94f6528c79b036810d351143239d'),
	(88, '\x6b4b71225ebe954176edae9eb2a2163aa661f7159fe3810c895aac79c521aed3'),
	(89, '\xef54282e286d991d18dc3c94e52eff096502517b7d9a04b567c21e8e817883ae'),
	(90, '\x7f89e08dad09d1e73c03daaab4e571f27fb4f7378afa6c5018ffbd5569750838'),
	(91, '\x94eadd43e7f11568deb5f983e90a798f58a62407dd4e74e7c185dfcc3733ed1f'),
	(92, '\xc0b5b422b32b11ce0adb1a6f3d56f8d373d0ab0e0ab55e2d2ced08229c6f35a0'),
	(93, '\x8b86001bfbf08429a8f5db8e60380e9009c0716e9bbae040df9adbfd83e2b81b'),
	(94, '\x494eeede54dea507b0aab253aa290c338c85cc651d9f5c8cb0858b71357ade5d'),
	(95, '\x121c894b9643674226d1f1511b0ddb7f0d6e3c3ed8090ce0e7db830fb58036a3'),
	(96, '\xa539fae2430aa6a428b644a4ae29f6a00a09f22c7b7ee7d1c937e7e17de9d2ba'),
	(97, '\x2c732740c6ecc98f3b5dfca90a8cde18b9af8a0ad599ec0b7410cdf55bc39886'),
	(98, '\x2dd85bbee0c09a7005ab8699ec4b114681ce62d4e959f83eb5dd32e890139c3e'),
	(99, '\x67b8c1bf250ee0cd683ef50b17e40a9dd98591bfd02191544e9d92844d192207'),
	(100, '\x162d250981a6ea07fe2ba05e8b238e05347e3a167ff02d0bd9655fe48dcc45ed'),
	(101, '\x6d74289e31ffadeedbb7d80b165309bb8e0bbd3cbc8e2cc00613a3d7f12a2c26'),
	(102, '\x8b3a9a9750640bf1753b33e8adc364a3ba684a7ee116d81cc9159ffa72e6ced3'),
	(103, '\x84f57205c913d850ef5e327e1f5ed65b96f0ba27eef3738d069605a9cbf16887'),
	(104, '\x126019ffc87fcc1fcb19b88eb04cf225c773fc2f8764f99fc3d0c10682db599b'),
	(105, '\x49ba280b8175090bbb067221297af7ec4ce2ed4e456918acedc704666d340516'),
	(106, '\xb4387edf7003adc25a012cef1c5175e1e12910837b28c7debc58b3be6949579a'),
	(107, '\xb5603cac2b3e294d9f75b62cd976e9fed0904305800fc7110975994d519483c8'),
	(108, '\x3cc25eda0d74b78699223387a9e2f6aababbe25a652e7c3c368b8fc1fcfabf71'),
	(109, '\x068c0d296f70275220352e2b28d3e2dcbb87df1c734f1981e5ebb3223a191a48'),
	(110, '\xbf5a9bc020082050db24aa59b4ede706dbf274de9ea4a6aa8c6f259fa1e6f729'),
	(111, '\x5a328d67cc2ee01e67018ec33410953075ef2e5e1bdd6e6f5d319709306cfce6'),
	(112, '\xc8a0720b5da0e3e54dea1f55bcaaba9b975e31861bf099c24d0f4d99b32c1e7d'),
	(113, '\x7823fdea99c703c9e7fa9fc62f64adc104a43fe7801425e2b3c23ff01a4fe15d'),
	(114, '\xc5a6e796debca9543fe3ca27b8a624c32a5b1bfd76d1eb5e5fd31632228535a7'),
	(115, '\x4a39a8e6b2611330343948c6467cf72cb9562db33052978f806cb1c15e1902a9'),
	(116, '\xa6c429e542b51fe8df82f5723b5c887e490567cf7bf1bbbf16c714a81e8d89cd'),
	(117, '\x2fd55f7a59c0e0fd91e14b4031bc85f057bbd4ca6b63ac44d198250d113daa41'),
	(118, '\x499480cba3461fc60dc5111b448372dd7dada156ced8f816ffdaa4871707851e'),
	(134, '\xd0b37d9829baef7d1c185f2629866508884c6602493412a5986e12978b0a71b2'),
	(138, '\x64e46ca8bbc977ae0ee6b4045fe686c63dbd96f2e84af81bfd17c81bbcc722a7'),
	(139, '\x8a9c69276b9427c16f41590352909e1cfa391a8b6642ef62faec7cae5e16ee27'),
	(140, '\xe8d07a0bac1c75e5b2d7e58c57edce7a103a84b695108984f521d528651cf059'),
	(141, '\xf75adb063547a858c4106faf34a90411792cd1a6056bee5563c6b4b294db5bcf'),
	(142, '\x86316ac084c407daa3b12b05ec5696ef99e6b67e29efc989ac1b6e93d1771fa9'),
	(143, '\x325c99d5a059a3cdd11ee46ea55370721c07aaca015a03b0661978b3085ec71c'),
	(144, '\xe5c5f6d1326e5f6b3a534e4a22eb10477159a77c5d79a41d6abe4b2cf2235487'),
	(146, '\x6ff4d720c299ed2c49012238afd43ffd2e07d90aa4d42339294a05a6ce9b60ac'),
	(147, '\x4bd6c82b35e1ee78682f168978c8b10cb694e44143c058cab4df7f07025632c7'),
	(148, '\x9675f940f3ac72cbeebee1835feb9338cd51babebc72ff30bc4afe25b2c71a02'),
	(149, '\x5d015f0779cdb73e62e19901fa99510ca2861a3304a41ee79611a482cf935ba5'),
	(150, '\x3c417c27f4a233169a2e2f5361ee5c6e44813a987407931c998d15a107601655'),
	(151, '\x129bafd32ca8b8854157010f3c0c2093f10459fc6901a65901fc1f01b04d567a'),
	(152, '\x14400e9d844efbd4aab8a4a96f8fb83d6d87ad358c30d450e2d397f6b0bc0fe7'),
	(153, '\x39a1fdb14cb4964bfa1f46e395d407dfdedf69e1c2771ba759aaf2fd49ff4d37'),
	(154, '\x30cbfdad3f1300703a11185a0f2c1a6cf816a87fc882f15fb0de800b4a3934ff'),
	(155, '\x3e09717df025305ed29a6d3b93f98db083ee3b0b2792e8140705e01706b19fcd'),
	(156, '\x68656864fbcdf8b8d54a9ce7d43c6c310b6a5bc24d230be6422d796535b0790e'),
	(157, '\xe5435a50685fffb7bab686060304eb060eed89fcdecd396e25fffa7dd0d6a6f1'),
	(158, '\x09b894e492fe01700a2788b781734faf04a99ae77a7db0d66359f5b2ce2f8540'),
	(159, '\xb36b0196323e5be33edc3d738600f402076cf64865979327c7662f5b5b466eb5'),
	(160, '\xcfeec5f0d68d4b8978db1a20b1e9bf63354beec80ff13a43a227e049f6ab698e'),
	(162, '\x78cea3720f97973b7ead6bf86d089629336d4e2917701d522b05c9bd656e344a'),
	(163, '\xfb08963c098c496b78393e9134b995b7a874a4c4aa62c9aa2f2f27229bdbc7e5'),
	(164, '\x87476611fcc5c45e5df5970db1a078d4ebc658ae68709e7897798835e2dbf452'),
	(165, '\x404409cc56268bea0b6d9657ef7d94e3994e86caed487b4a3c808da90bab5544'),
	(166, '\xe17f5eb88affc5c7c844c2901e72fcb84f8a49c5855cacae88fa316a893c2c89'),
	(167, '\xe2dfda4bfe32f18d2e887541f461b4ef8da289e196e51bd94cdee336e8e836af'),
	(168, '\x9f1e659afdc83af628e2adc755b249605b3ead652295da8e29343f08c8116901'),
	(169, '\x41219b144b1ad3e6b4c1ac3987890780ff064f42aeed358f4cb9bfeb6896467c'),
	(170, '\x68f2adcfc9c9fa947dbb5f3d8315a8dbbcffaca2f71d8674eec1f6f4a1b69703'),
	(171, '\xc482b3d15ef99faedc8b953b1a05a56a4e4a7f465db23de311b6fde524131d6d'),
	(172, '\xa40300bffc6a5015ad54054555c1766a0330a804028be732957c5b73a70f23d4'),
	(119, '\x6b36ebb0e43f6fb7b83238b115f5e651c9808387a0a1c576c371ac581ba0ca7c'),
	(120, '\xb9b4260171585c2d8c44c4bb2f4975f9539d7085c050b69ecbba98808686cd87'),
	(121, '\xf0bec340c54e3cbed3858c6581d9a41091bfc5843b88ec855734c3d81ddd2e42'),
	(122, '\xfaae5599068479c645f1d315ca07e1bef8a3ce28d5d25de232f423d646e77836'),
	(123, '\xac85daf293625e85a4ef6b1bba0fc97e82b1bd0dcffebb530d090c771f83cd60'),
	(124, '\x4171920296eaf4f154f538b2360c94c4f4abb05f5fb70afc60e2753a161c9486'),
	(125, '\x5e810f25ae3096165d6f063c81e9a1cf8ef0738b136d3f8f87a3c2b0e4965349'),
	(126, '\x3b993dc34b846c00b3026d4c4ee82e0ebb3e6ba229fa33ce4a66989b05b206e4'),
	(127, '\xc53e9f5b1c83fa4232111f5ab8f2d21d9f589b15ac10a5aab2d0f60cb7f73238'),
	(128, '\xfd4a9300639326b19d137c4eb2dda4e4607d7cfe6c73560bd72f9a0ce50c8abb'),
	(129, '\xcbb77d046b46e4b97522c8ff4ce1b3b59536bc3264018183af3a9f2e91d0291c'),
	(130, '\x1cbb410ddb4e3f46afe5858b351aa9ea61b5274a3db626250425b7896f55abaf'),
	(131, '\x6f882515671afc777acfce50c8d4f7abe3b0d662611a39c091d710d51c415c74'),
	(132, '\x267665d040df56b27607bc8751b5cd40f81c5edb86609bd8504e2618ff017c5c'),
	(133, '\x931c25d2e946ddc705e354a3196118b240e2324b2799d79dc11124033fe2ef2e'),
	(135, '\x92c3561576b85eba947a43b2da3e4caecdd260e043d52c01a62bc2d35d3b4246'),
	(136, '\x6a9551c38937f03bbfa0070a00acf6fbaafb5394962f440920afc77010ef7b35'),
	(137, '\x7f4a6d462a21a85ad411c163aaabe590a1db49f11cdbff5699659fcdfd0790b6'),
	(145, '\x42443941f9ea85ef2a5633222f8215dc09f434a256d916c332de001e4dcaf733'),
	(161, '\xbdbef451f9f1eac6652ad3c01d61ccb8d3557e91da4efafd3c5268fd7ec0b2b0');
INSERT INTO public.audit_head VALUES
	(1, 88);
INSERT INTO public.aws_pipe VALUES
	('sso-admin', 14, 1795614326235062);
INSERT INTO public.decision_moves VALUES
	('', 'pending'),
	('', 'approved'),
	('pending', 'approved'),
	('pending', 'rejected'),
	('pending', 'cancelled'),
	('pending', 'expired');
INSERT INTO public.deployment VALUES
	(1, 'd-90670de400', 0, '');
INSERT INTO public.directory_accounts VALUES
	('100000000001', 'management', 'aws+management@example.com', 'ACTIVE', '["r-3adb"]', '{"owner":"platform"}', 1795614295077435, 1),
	('100000000002', 'log-archive', 'aws+log-archive@example.com', 'ACTIVE', '["r-3adb","ou-3adb-34652036"]', '{"owner":"security"}', 1795614295077435, 1),
	('100000000003', 'security-audit', 'aws+security-audit@example.com', 'ACTIVE', '["r-3adb","ou-3adb-34652036"]', '{"owner":"security"}', 1795614295077435, 1),
	('100000000004', 'identity', 'aws+identity@example.com', 'ACTIVE', '["r-3adb","ou-3adb-b707d5b7"]', '{"owner":"platform"}', 1795614295077435, 1),
	('100000000005', 'network', 'aws+network@example.com', 'ACTIVE', '["r-3adb","ou-3adb-b707d5b7"]', '{"owner":"platform"}', 1795614295077435, 1),
	('100000000011', 'shop-prod', 'aws+shop-prod@example.com', 'ACTIVE', '["r-3adb","ou-3adb-6a74b6c9","ou-3adb-cc539cd6"]', '{"owner":"shop","stage":"prod"}', 1795614295077435, 1),
	('100000000012', 'payments-prod', 'aws+payments-prod@example.com', 'ACTIVE', '["r-3adb","ou-3adb-6a74b6c9","ou-3adb-cc539cd6"]', '{"owner":"payments","stage":"prod"}', 1795614295077435, 1),
	('100000000013', 'data-prod', 'aws+data-prod@example.com', 'ACTIVE', '["r-3adb","ou-3adb-6a74b6c9","ou-3adb-cc539cd6"]', '{"owner":"data","stage":"prod"}', 1795614295077435, 1),
	('100000000021', 'shop-dev', 'aws+shop-dev@example.com', 'ACTIVE', '["r-3adb","ou-3adb-6a74b6c9","ou-3adb-cb6473ae"]', '{"owner":"shop","stage":"dev"}', 1795614295077435, 1),
	('100000000022', 'payments-dev', 'aws+payments-dev@example.com', 'ACTIVE', '["r-3adb","ou-3adb-6a74b6c9","ou-3adb-cb6473ae"]', '{"owner":"payments","stage":"dev"}', 1795614295077435, 1),
	('100000000023', 'data-dev', 'aws+data-dev@example.com', 'ACTIVE', '["r-3adb","ou-3adb-6a74b6c9","ou-3adb-cb6473ae"]', '{"owner":"data","stage":"dev"}', 1795614295077435, 1),
	('100000000031', 'playground', 'aws+playground@example.com', 'ACTIVE', '["r-3adb","ou-3adb-5054e30c"]', '{"owner":"platform"}', 1795614295077435, 1);
INSERT INTO public.directory_groups VALUES
	('013ec11f-2842-b18e-f27b-b77773c3ea85', 'Finance', 1795614295509678, 1795614295604474, 1),
	('018f7dda-3d49-1ea0-6646-0c17b0d7a1a6', 'Security', 1795614295509678, 1795614295712751, 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', 'Operations', 1795614295509678, 1795614295789529, 1),
	('4e159f2b-5106-7f99-b897-461c9a0aa80f', 'Data', 1795614295509678, 1795614295852703, 1),
	('523b619a-169f-056b-0233-69bdc1deefe6', 'prod-approvers', 1795614295509678, 1795614295911987, 1),
	('6ab07f0c-00d6-beb0-e1e7-a6d0aeded681', 'infrastructure-approvers', 1795614295509678, 1795614295985510, 1),
	('8da23fe7-adfc-0fce-c6ab-bc344fd5ca18', 'dev-approvers', 1795614295509678, 1795614296048008, 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', 'Developers', 1795614295509678, 1795614296106118, 1),
	('b24e5d26-0941-c7a9-36d8-dda67dc91812', 'team-admins', 1795614295509678, 1795614296173498, 1),
	('b3cd8a4d-556a-7f3c-696d-d31c3790c205', 'team-auditors', 1795614295509678, 1795614296308872, 1),
	('c488b999-5dc6-dc9d-01d1-7f88097b4f2d', 'sandbox-approvers', 1795614295509678, 1795614296394803, 1),
	('f74f78a3-1d55-1f23-3315-e20eca8a5933', 'security-approvers', 1795614295509678, 1795614296460048, 1);
INSERT INTO public.directory_head VALUES
	(1, 41);
INSERT INTO public.directory_instance VALUES
	(1, 'arn:aws:sso:::instance/ssoins-7223demo0000team', 'd-90670de400', 'us-east-1', 'aws', 'o-teamdemo01', '100000000001', '100000000004', true, 1795614294794583);
INSERT INTO public.directory_members VALUES
	('013ec11f-2842-b18e-f27b-b77773c3ea85', '14cc71d7-7bc7-f746-bf50-5e8a3fcfb137', 1),
	('013ec11f-2842-b18e-f27b-b77773c3ea85', '6457c9d0-29bd-439d-b345-5e61831c20e1', 1),
	('013ec11f-2842-b18e-f27b-b77773c3ea85', '6bfb5c6f-7c7a-0ac9-edaf-bb008ec9479c', 1),
	('013ec11f-2842-b18e-f27b-b77773c3ea85', 'fa925685-d641-d3cc-6cdd-6077ffca8547', 1),
	('018f7dda-3d49-1ea0-6646-0c17b0d7a1a6', '004a04e3-3940-8671-306c-112aca5d1f88', 1),
	('018f7dda-3d49-1ea0-6646-0c17b0d7a1a6', '64eb6a0d-30d1-f2ca-56a8-c36bb309afa2', 1),
	('018f7dda-3d49-1ea0-6646-0c17b0d7a1a6', 'a0acd002-e287-fb37-2821-ba664af5e52a', 1),
	('018f7dda-3d49-1ea0-6646-0c17b0d7a1a6', 'beb45e05-8d89-0323-336b-e0e4f1b29f3f', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', '1520dff1-ec03-a6a3-3268-5f39be67832c', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', '359f70b1-f15f-1eb7-5e4e-73e218cce542', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', '4c412aae-91f1-5633-44d0-1b93b160f1af', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', '527e527b-0191-e69d-1031-f5d8baf2571f', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', '7c8735b3-4f5a-040b-5aa0-b8c25a730b98', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', 'a772bf2c-46fb-e9ea-e55b-7a5f9b624342', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', 'be382798-0ef1-d360-27b0-4f48c0dd5c30', 1),
	('2b97197e-0584-f167-5bfc-662c477ab9c6', 'd4ac2f1f-2ef2-8bcb-0024-12ae54eb1f6d', 1),
	('4e159f2b-5106-7f99-b897-461c9a0aa80f', '0ccf8d25-d463-740c-1a0e-8dadc0b6f6d3', 1),
	('4e159f2b-5106-7f99-b897-461c9a0aa80f', '1c614861-cfc8-c13f-a15a-7dab248e0607', 1),
	('4e159f2b-5106-7f99-b897-461c9a0aa80f', '38551b0e-636c-f67c-1224-c4bbbf9f4bad', 1),
	('4e159f2b-5106-7f99-b897-461c9a0aa80f', '9d7a7f09-b647-aae7-0a91-696259d24be1', 1),
	('4e159f2b-5106-7f99-b897-461c9a0aa80f', 'eb6ab71b-6869-c016-2c23-903543bd1de9', 1),
	('523b619a-169f-056b-0233-69bdc1deefe6', '24c004ba-d734-2e71-6db9-274315414a75', 1),
	('523b619a-169f-056b-0233-69bdc1deefe6', '359f70b1-f15f-1eb7-5e4e-73e218cce542', 1),
	('523b619a-169f-056b-0233-69bdc1deefe6', 'b7517972-245d-92a8-7fe5-b9217a372d35', 1),
	('6ab07f0c-00d6-beb0-e1e7-a6d0aeded681', '987c88f8-d767-46d7-9634-c9d736156a34', 1),
	('6ab07f0c-00d6-beb0-e1e7-a6d0aeded681', 'd908ea0d-d3b1-f31b-f9bd-32d43dfa8782', 1),
	('8da23fe7-adfc-0fce-c6ab-bc344fd5ca18', 'd602b55e-f780-e426-0f7a-aec1e8a171ed', 1),
	('8da23fe7-adfc-0fce-c6ab-bc344fd5ca18', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '016f0f0d-69a3-695b-056d-ae1dd7ea540e', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '059091df-2ab3-454f-04e9-f81a12358c6f', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '38234420-10ae-fc72-6133-60ccfb16bcbe', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '4263c5d3-5f73-78d6-02b6-b785f13aedee', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '527e527b-0191-e69d-1031-f5d8baf2571f', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '56e33191-1f38-39fd-3a17-6eb5bf52870d', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '6e08892f-61c5-9333-84d7-796692a3263b', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '71673602-b30b-f07a-f6d6-8640e2b87647', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '848badf2-a530-fd5e-2958-c2ba4347a338', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '8b5fccc3-204a-1f6b-01a4-cc3502373ab0', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '91b73076-b9df-c874-87f1-adaa5d3d5bfc', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', '99d1e440-0282-c711-8cc8-fe1657b33fe6', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', 'e214ebd6-4b85-c451-d3b6-ed794c157725', 1),
	('a5151d36-d064-e5c7-187b-84da1f22b3e5', 'f5335cc2-9ce2-947b-c455-6b8732290fe2', 1),
	('b24e5d26-0941-c7a9-36d8-dda67dc91812', '0c70f505-2e96-d34c-b62c-8070fbad9c04', 1),
	('b24e5d26-0941-c7a9-36d8-dda67dc91812', 'd6fa7feb-192c-58e0-5827-40397d23e03b', 1),
	('b3cd8a4d-556a-7f3c-696d-d31c3790c205', '88245637-2142-94a5-d95b-fc7e047f85c7', 1),
	('c488b999-5dc6-dc9d-01d1-7f88097b4f2d', '60f8f576-d8ee-3909-68f1-b7f209d2fc0d', 1),
	('f74f78a3-1d55-1f23-3315-e20eca8a5933', 'a0acd002-e287-fb37-2821-ba664af5e52a', 1),
	('f74f78a3-1d55-1f23-3315-e20eca8a5933', 'beb45e05-8d89-0323-336b-e0e4f1b29f3f', 1);
INSERT INTO public.directory_passes VALUES
	('instance', 1, '{}', 1795614294731246, 1795614294795768, false, 1795615194795768, 1, 1, 0, '', 0, 'null', '', 0, 2),
	('accounts', 1, '{}', 1795614295044115, 1795614295077441, false, 1795615195077441, 12, 12, 0, '', 0, 'null', '', 0, 2),
	('memberships', 1, '{}', 1795614295584443, 1795614296525113, false, 1795615196525113, 48, 48, 0, '', 0, 'null', '', 0, 14),
	('users', 1, '{}', 1795614295356663, 1795614295391769, false, 1795615195391769, 48, 48, 0, '', 0, 'null', '', 0, 2),
	('account_tags', 1, '{}', 1795614295634545, 1795614297109168, false, 1795615197109168, 12, 12, 0, '', 0, 'null', '', 0, 14),
	('groups', 1, '{}', 1795614295468774, 1795614295509682, false, 1795615195509682, 12, 12, 0, '', 0, 'null', '', 0, 2),
	('units', 1, '{}', 1795614294936721, 1795614297173960, false, 1795615197173960, 7, 7, 0, '', 0, 'null', '', 0, 10),
	('permission_sets', 1, '{}', 1795614295112700, 1795614297305114, false, 1795615197305114, 5, 5, 0, '', 0, 'null', '', 0, 34);
INSERT INTO public.directory_permission_sets VALUES
	('arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-5ea5eff560069906', 'BillingAccess', 'Bills and budgets', 28800, '["arn:aws:iam::aws:policy/job-function/Billing"]', 'null', '', '', '{"risk":"low"}', true, true, 1795614295745741, 1),
	('arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'DatabaseAdmin', 'Databases only', 7200, '["arn:aws:iam::aws:policy/job-function/DatabaseAdministrator"]', 'null', '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"rds:DeleteDBInstance","Resource":"*"}]}', 'arn:aws:iam::aws:policy/PowerUserAccess', '{"risk":"medium"}', false, true, 1795614295833393, 1),
	('arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-beccce7951352945', 'ReadOnlyAccess', 'Look, do not touch', 43200, '["arn:aws:iam::aws:policy/ReadOnlyAccess"]', 'null', '', '', '{"risk":"low"}', false, true, 1795614296129540, 1),
	('arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'PowerUserAccess', 'Everything but identities', 14400, '["arn:aws:iam::aws:policy/PowerUserAccess"]', 'null', '', '', '{"risk":"medium"}', false, true, 1795614296521758, 1),
	('arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'AdministratorAccess', 'Everything, for repairs', 3600, '["arn:aws:iam::aws:policy/AdministratorAccess"]', 'null', '', '', '{"risk":"high"}', false, true, 1795614296920571, 1);
INSERT INTO public.directory_units VALUES
	('r-3adb', 'Root', '', 1795614294984444, 1, 1),
	('ou-3adb-34652036', 'Security', 'r-3adb', 1795614295652793, 1, 1),
	('ou-3adb-5054e30c', 'Sandbox', 'r-3adb', 1795614295652793, 1, 1),
	('ou-3adb-6a74b6c9', 'Workloads', 'r-3adb', 1795614295652793, 1, 1),
	('ou-3adb-b707d5b7', 'Infrastructure', 'r-3adb', 1795614295652793, 1, 1),
	('ou-3adb-cb6473ae', 'Dev', 'ou-3adb-6a74b6c9', 1795614296317248, 1, 1),
	('ou-3adb-cc539cd6', 'Prod', 'ou-3adb-6a74b6c9', 1795614296317248, 1, 1);
INSERT INTO public.directory_users VALUES
	('004a04e3-3940-8671-306c-112aca5d1f88', 'quentin.leroy', 'Quentin Leroy', 'quentin.leroy@example.com', 'ENABLED', '', 1795614295391755, 1),
	('016f0f0d-69a3-695b-056d-ae1dd7ea540e', 'chiara.conti', 'Chiara Conti', 'chiara.conti@example.com', 'ENABLED', '', 1795614295391755, 1),
	('059091df-2ab3-454f-04e9-f81a12358c6f', 'carlos.mendez', 'Carlos Méndez', 'carlos.mendez@example.com', 'ENABLED', '', 1795614295391756, 1),
	('0c70f505-2e96-d34c-b62c-8070fbad9c04', 'second-admin', 'Samuel Adeyemi', 'samuel.adeyemi@example.com', 'ENABLED', '', 1795614295391757, 1),
	('0ccf8d25-d463-740c-1a0e-8dadc0b6f6d3', 'laura.murphy', 'Laura Murphy', 'laura.murphy@example.com', 'ENABLED', '', 1795614295391757, 1),
	('0ce30a15-2478-d2f4-b9f4-c661cfd6f4b8', 'sofia.papadopoulou', 'Σοφία Παπαδοπούλου', 'sofia.papadopoulou@example.com', 'ENABLED', '', 1795614295391758, 1),
	('14cc71d7-7bc7-f746-bf50-5e8a3fcfb137', 'nadia.rahman', 'Nadia Rahman', 'nadia.rahman@example.com', 'ENABLED', '', 1795614295391758, 1),
	('1520dff1-ec03-a6a3-3268-5f39be67832c', 'gustavo.silva', 'Gustavo Silva', 'gustavo.silva@example.com', 'ENABLED', '', 1795614295391758, 1),
	('1c614861-cfc8-c13f-a15a-7dab248e0607', 'liang.chen', 'Liang Chen', 'liang.chen@example.com', 'ENABLED', '', 1795614295391758, 1),
	('24c004ba-d734-2e71-6db9-274315414a75', 'omar.sayed', 'Omar Sayed', 'omar.sayed@example.com', 'ENABLED', '', 1795614295391759, 1),
	('359f70b1-f15f-1eb7-5e4e-73e218cce542', 'approver', 'Anton Pavlik', 'anton.pavlik@example.com', 'ENABLED', '', 1795614295391759, 1),
	('38234420-10ae-fc72-6133-60ccfb16bcbe', 'bianca.rossi', 'Bianca Rossi', 'bianca.rossi@example.com', 'ENABLED', '', 1795614295391759, 1),
	('38551b0e-636c-f67c-1224-c4bbbf9f4bad', 'mehmet.yilmaz', 'Mehmet Yılmaz', 'mehmet.yilmaz@example.com', 'ENABLED', '', 1795614295391759, 1),
	('4263c5d3-5f73-78d6-02b6-b785f13aedee', 'akira.tanaka', 'Akira Tanaka', 'akira.tanaka@example.com', 'ENABLED', '', 1795614295391759, 1),
	('479629d4-fff2-3dec-1f27-72291b0073d4', 'yusuf.demir', 'Yusuf Demir', 'yusuf.demir@example.com', 'ENABLED', '', 1795614295391760, 1),
	('4c412aae-91f1-5633-44d0-1b93b160f1af', 'hannah.fischer', 'Hannah Fischer', 'hannah.fischer@example.com', 'ENABLED', '', 1795614295391760, 1),
	('527e527b-0191-e69d-1031-f5d8baf2571f', 'requester', 'Rita Moreau', 'rita.moreau@example.com', 'ENABLED', '', 1795614295391760, 1),
	('56e33191-1f38-39fd-3a17-6eb5bf52870d', 'hiro.sato', '佐藤 ひろ', 'hiro.sato@example.com', 'ENABLED', '', 1795614295391760, 1),
	('60f8f576-d8ee-3909-68f1-b7f209d2fc0d', 'tessa.jansen', 'Tessa Jansen', 'tessa.jansen@example.com', 'ENABLED', '', 1795614295391762, 1),
	('6457c9d0-29bd-439d-b345-5e61831c20e1', 'noah.visser', 'Noah Visser', 'noah.visser@example.com', 'ENABLED', '', 1795614295391762, 1),
	('64eb6a0d-30d1-f2ca-56a8-c36bb309afa2', 'rafael.costa', 'Rafael Costa', 'rafael.costa@example.com', 'ENABLED', '', 1795614295391762, 1),
	('6bfb5c6f-7c7a-0ac9-edaf-bb008ec9479c', 'priya.nair', 'Priya Nair', 'priya.nair@example.com', 'ENABLED', '', 1795614295391762, 1),
	('6e08892f-61c5-9333-84d7-796692a3263b', 'emeka.nwosu', 'Emeka Nwosu', 'emeka.nwosu@example.com', 'ENABLED', '', 1795614295391762, 1),
	('71673602-b30b-f07a-f6d6-8640e2b87647', 'divya.menon', 'Divya Menon', 'divya.menon@example.com', 'ENABLED', '', 1795614295391762, 1),
	('7c8735b3-4f5a-040b-5aa0-b8c25a730b98', 'ivan.horvat', 'Ivan Horvat', 'ivan.horvat@example.com', 'ENABLED', '', 1795614295391763, 1),
	('848badf2-a530-fd5e-2958-c2ba4347a338', 'felix.lindqvist', 'Felix Lindqvist', 'felix.lindqvist@example.com', 'ENABLED', '', 1795614295391763, 1),
	('88245637-2142-94a5-d95b-fc7e047f85c7', 'auditor', 'Aurora Diaz', 'aurora.diaz@example.com', 'ENABLED', '', 1795614295391763, 1),
	('8b5fccc3-204a-1f6b-01a4-cc3502373ab0', 'xavier.dupont', 'Xavier Dupont', 'xavier.dupont@example.com', 'DISABLED', '', 1795614295391763, 1),
	('91b73076-b9df-c874-87f1-adaa5d3d5bfc', 'amara.okafor', 'Amara Okafor', 'amara.okafor@example.com', 'ENABLED', '', 1795614295391763, 1),
	('987c88f8-d767-46d7-9634-c9d736156a34', 'uma.krishnan', 'Uma Krishnan', 'uma.krishnan@example.com', 'ENABLED', '', 1795614295391763, 1),
	('99d1e440-0282-c711-8cc8-fe1657b33fe6', 'benjamin.cole', 'Benjamin Cole', 'benjamin.cole@example.com', 'ENABLED', '', 1795614295391763, 1),
	('9d7a7f09-b647-aae7-0a91-696259d24be1', 'maya.cohen', 'Maya Cohen', 'maya.cohen@example.com', 'ENABLED', '', 1795614295391763, 1),
	('a0acd002-e287-fb37-2821-ba664af5e52a', 'kirsten.dahl', 'Kirsten Dahl', 'kirsten.dahl@example.com', 'ENABLED', '', 1795614295391763, 1),
	('a76f5ced-d17c-17c6-45e1-bdd17956f676', 'wanda.zielinska', 'Wanda Zielińska', 'wanda.zielinska@example.com', 'ENABLED', '', 1795614295391763, 1),
	('a772bf2c-46fb-e9ea-e55b-7a5f9b624342', 'jana.novakova', 'Jana Nováková', 'jana.novakova@example.com', 'ENABLED', '', 1795614295391763, 1),
	('b7517972-245d-92a8-7fe5-b9217a372d35', 'elena.petrova', 'Elena Petrova', 'elena.petrova@example.com', 'ENABLED', '', 1795614295391766, 1),
	('be382798-0ef1-d360-27b0-4f48c0dd5c30', 'grace.kimani', 'Grace Kimani', 'grace.kimani@example.com', 'ENABLED', '', 1795614295391766, 1),
	('beb45e05-8d89-0323-336b-e0e4f1b29f3f', 'tariq.aziz', 'Tariq Aziz', 'tariq.aziz@example.com', 'ENABLED', '', 1795614295391766, 1),
	('d4ac2f1f-2ef2-8bcb-0024-12ae54eb1f6d', 'ines.ferreira', 'Inês Ferreira', 'ines.ferreira@example.com', 'ENABLED', '', 1795614295391766, 1),
	('d602b55e-f780-e426-0f7a-aec1e8a171ed', 'jonas.berg', 'Jonas Berg', 'jonas.berg@example.com', 'ENABLED', '', 1795614295391766, 1),
	('d6fa7feb-192c-58e0-5827-40397d23e03b', 'admin', 'Ada Minkowski', 'ada.minkowski@example.com', 'ENABLED', '', 1795614295391766, 1),
	('d908ea0d-d3b1-f31b-f9bd-32d43dfa8782', 'viktor.nilsson', 'Viktor Nilsson', 'viktor.nilsson@example.com', 'ENABLED', '', 1795614295391766, 1),
	('e214ebd6-4b85-c451-d3b6-ed794c157725', 'fatima.haddad', 'Fatima Haddad', 'fatima.haddad@example.com', 'ENABLED', '', 1795614295391766, 1),
	('e5115967-38b9-e852-e036-5afff7de6aec', 'stefan.ionescu', 'Ștefan Ionescu', 'stefan.ionescu@example.com', 'ENABLED', '', 1795614295391767, 1),
	('e9b4db33-55c5-8770-cefe-ff9f513fbf33', 'second-approver', 'Selma Aydin', 'selma.aydin@example.com', 'ENABLED', '', 1795614295391767, 1),
	('eb6ab71b-6869-c016-2c23-903543bd1de9', 'karim.benali', 'Karim Benali', 'karim.benali@example.com', 'ENABLED', '', 1795614295391767, 1),
	('f5335cc2-9ce2-947b-c455-6b8732290fe2', 'daniel.weiss', 'Daniel Weiß', 'daniel.weiss@example.com', 'ENABLED', '', 1795614295391767, 1),
	('fa925685-d641-d3cc-6cdd-6077ffca8547', 'olga.kovacs', 'Olga Kovács', 'olga.kovacs@example.com', 'ENABLED', '', 1795614295391767, 1);
INSERT INTO public.elevation_moves VALUES
	('', 'waiting'),
	('', 'scheduled'),
	('waiting', 'scheduled'),
	('waiting', 'ended'),
	('scheduled', 'activating'),
	('scheduled', 'ended'),
	('activating', 'active'),
	('activating', 'ending'),
	('active', 'ending'),
	('ending', 'ended');
INSERT INTO public.elevations VALUES
	('elv_01a212f3-cfed-75e3-aa17-3986a6b8094a', 'tgt_01a212f3-cfed-75e2-ae5c-4f54c030fe70', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'asg_26b7af0c302e620227dc29d0', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'ended', 'elapsed', 'its time was over', 1795614298220369, 1000000, 1795616098220369, 1795614299595652, 1795614300595652, 1795614309535022, '', '', 0, 1, 1795614298093564, 6, DEFAULT),
	('elv_01a212f3-fcf0-7769-a981-e334ccb049f3', 'tgt_01a212f3-fcf0-7768-9be6-bfcd68335eff', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', 'asg_27cb769c87d17258d00d83b3', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'ended', 'failed', 'AWS could not make the assignment: no such luck', 1795614309636250, 1000000, 1795616109636250, 0, 0, 1795614321066686, '', '', 0, 1, 1795614309616702, 5, DEFAULT),
	('elv_01a212f4-2ab7-71b8-a172-9c1d1697d666', 'tgt_01a212f4-2ab7-71b7-8f42-0ce69fb5e29f', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', 'asg_b4080a84049f0c295300d770', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'ended', 'rejected', 'rejected by second-approver', 1795614321264410, 60000000, 0, 0, 0, 1795614321442215, 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '', 0, 1, 1795614321335438, 2, DEFAULT),
	('elv_01a212f4-2bb6-72b6-a606-c57ab7314c30', 'tgt_01a212f4-2bb6-72b5-9bcd-e8c6d6b39fea', 'req_01a212f4-2bb6-72b4-b877-86f21ab863cd', 'asg_b4080a84049f0c295300d770', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'ended', 'cancelled', 'cancelled by the requester', 1795614321578241, 60000000, 0, 0, 0, 1795614321643427, '527e527b-0191-e69d-1031-f5d8baf2571f', '', 0, 1, 1795614321590932, 2, DEFAULT),
	('elv_01a212f4-2c2e-737b-87bf-4b5823f62474', 'tgt_01a212f4-2c2e-737a-baf6-8133a196f138', 'req_01a212f4-2c2e-7379-b4b1-60e9f468fa6a', 'asg_b4080a84049f0c295300d770', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'waiting', '', '', 1795614321696541, 60000000, 0, 0, 0, 0, '', '', 0, 1, 1795614321710252, 1, DEFAULT),
	('elv_01a212f4-2ca7-7226-b032-97cfc134160f', 'tgt_01a212f4-2ca6-7610-9784-361ec74455d3', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', 'asg_baff0e853bee4b37d531ab9d', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'scheduled', '', '', 1795614381759903, 60000000, 1795616181759903, 0, 0, 0, '', '', 0, 1, 1795614321830953, 2, DEFAULT),
	('elv_01a212f4-2de4-727b-9648-7ffb25cf0a80', 'tgt_01a212f4-2de4-727a-bc92-c93f7d7a0216', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', 'asg_18eae485d325efa613db18a3', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'active', '', '', 1795614322196405, 60000000, 1795616122196405, 1795614323667847, 1795614383667847, 0, '', '', 0, 1, 1795614322148250, 4, DEFAULT),
	('elv_01a212f4-3446-73d6-a1b9-a064a9d825c0', 'tgt_01a212f4-3446-73d5-a4b7-3852fffc352f', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', 'asg_848b5eee37953b07d35fa900', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'ending', 'elapsed', 'its time was over', 1795614323833648, 1000000, 1795616123833648, 1795614325234455, 1795614326234455, 0, '', '', 0, 1, 1795614323782301, 5, DEFAULT);
INSERT INTO public.events VALUES
	(0, 1795614294493995, 'policy.applied', 'bootstrap', '', '', '', '', '\x7b2273657175656e6365223a302c226b696e64223a22706f6c6963792e6170706c696564222c226174223a22323032362d31312d32355431333a34343a35342e3439333939353633365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a22626f6f747374726170222c226e616d65223a22626f6f747374726170227d2c227375626a656374223a7b22706f6c696379223a2273657474696e6773227d2c2264617461223a7b22617574686f72223a22626f6f747374726170222c2264656c65746564223a66616c73652c22646966666572656e6365223a6e756c6c2c226b696e64223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a312c22776964656e73223a5b5d7d7d'),
	(1, 1795614294493995, 'policy.applied', 'bootstrap', '', '', '', '', '\x7b2273657175656e6365223a312c226b696e64223a22706f6c6963792e6170706c696564222c226174223a22323032362d31312d32355431333a34343a35342e3439333939353633365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a22626f6f747374726170222c226e616d65223a22626f6f747374726170227d2c227375626a656374223a7b22706f6c696379223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231227d2c2264617461223a7b22617574686f72223a22626f6f747374726170222c2264656c65746564223a66616c73652c22646966666572656e6365223a6e756c6c2c226b696e64223a22656c69676962696c697479222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a312c22776964656e73223a5b5d7d7d'),
	(2, 1795614294493995, 'policy.applied', 'bootstrap', '', '', '', '', '\x7b2273657175656e6365223a322c226b696e64223a22706f6c6963792e6170706c696564222c226174223a22323032362d31312d32355431333a34343a35342e3439333939353633365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a22626f6f747374726170222c226e616d65223a22626f6f747374726170227d2c227375626a656374223a7b22706f6c696379223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161227d2c2264617461223a7b22617574686f72223a22626f6f747374726170222c2264656c65746564223a66616c73652c22646966666572656e6365223a6e756c6c2c226b696e64223a22656c69676962696c697479222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a312c22776964656e73223a5b5d7d7d'),
	(3, 1795614294493995, 'policy.applied', 'bootstrap', '', '', '', '', '\x7b2273657175656e6365223a332c226b696e64223a22706f6c6963792e6170706c696564222c226174223a22323032362d31312d32355431333a34343a35342e3439333939353633365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a22626f6f747374726170222c226e616d65223a22626f6f747374726170227d2c227375626a656374223a7b22706f6c696379223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562227d2c2264617461223a7b22617574686f72223a22626f6f747374726170222c2264656c65746564223a66616c73652c22646966666572656e6365223a6e756c6c2c226b696e64223a22617070726f766572222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a312c22776964656e73223a5b5d7d7d'),
	(4, 1795614294493995, 'policy.applied', 'bootstrap', '', '', '', '', '\x7b2273657175656e6365223a342c226b696e64223a22706f6c6963792e6170706c696564222c226174223a22323032362d31312d32355431333a34343a35342e3439333939353633365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a22626f6f747374726170222c226e616d65223a22626f6f747374726170227d2c227375626a656374223a7b22706f6c696379223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133227d2c2264617461223a7b22617574686f72223a22626f6f747374726170222c2264656c65746564223a66616c73652c22646966666572656e6365223a6e756c6c2c226b696e64223a22617070726f766572222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a312c22776964656e73223a5b5d7d7d'),
	(5, 1795614295633134, 'token.issued', 'operator', '88245637-2142-94a5-d95b-fc7e047f85c7', '', '', '', '\x7b2273657175656e6365223a352c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35352e3633333133345a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2238383234353633372d323134322d393461352d643935622d666337653034376638356337227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355431333a34393a35352e3633333133345a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f38386232333931333663343235373962227d7d'),
	(6, 1795614295784773, 'token.issued', 'operator', '88245637-2142-94a5-d95b-fc7e047f85c7', '', '', '', '\x7b2273657175656e6365223a362c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35352e3738343737335a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2238383234353633372d323134322d393461352d643935622d666337653034376638356337227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355431333a34393a35352e3738343737335a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f61626261383639643262646363333165227d7d'),
	(7, 1795614297497431, 'token.issued', 'operator', '527e527b-0191-e69d-1031-f5d8baf2571f', '', '', '', '\x7b2273657175656e6365223a372c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35372e3439373433315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355432313a34343a35372e3439373433315a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f64306534663933303631353135633661227d7d'),
	(8, 1795614297604835, 'token.issued', 'operator', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '', '', '', '\x7b2273657175656e6365223a382c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35372e3630343833355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355432313a34343a35372e3630343833355a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f32663536613736313034636662643361227d7d'),
	(9, 1795614297699533, 'token.issued', 'operator', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '', '', '', '\x7b2273657175656e6365223a392c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35372e3639393533335a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355432313a34343a35372e3639393533335a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f39613831363735303463646530393634227d7d'),
	(10, 1795614297842527, 'token.issued', 'operator', 'd6fa7feb-192c-58e0-5827-40397d23e03b', '', '', '', '\x7b2273657175656e6365223a31302c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35372e3834323532375a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2264366661376665622d313932632d353865302d353832372d343033393764323365303362227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355432313a34343a35372e3834323532375a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f34393037313965316263323864376339227d7d'),
	(11, 1795614297951053, 'token.issued', 'operator', '0c70f505-2e96-d34c-b62c-8070fbad9c04', '', '', '', '\x7b2273657175656e6365223a31312c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35372e3935313035335a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2230633730663530352d326539362d643334632d623632632d383037306662616439633034227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355432313a34343a35372e3935313035335a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f37646161383734346565306130363461227d7d'),
	(12, 1795614298049028, 'token.issued', 'operator', '88245637-2142-94a5-d95b-fc7e047f85c7', '', '', '', '\x7b2273657175656e6365223a31322c226b696e64223a22746f6b656e2e697373756564222c226174223a22323032362d31312d32355431333a34343a35382e3034393032385a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a226f70657261746f72227d2c227375626a656374223a7b2275736572223a2238383234353633372d323134322d393461352d643935622d666337653034376638356337227d2c2264617461223a7b22657870697265734174223a22323032362d31312d32355432313a34343a35382e3034393032385a222c226c6162656c223a22222c22746f6b656e223a22746f6b5f39653039353362666337613237653032227d7d'),
	(13, 1795614298093564, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', '', '\x7b2273657175656e6365223a31332c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34343a35382e3039333536343935375a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a312c2273746172744174223a22323032362d31312d32355431333a34343a35382e3038323135395a222c227469636b6574223a22227d7d'),
	(14, 1795614298093564, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', '', '\x7b2273657175656e6365223a31342c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34343a35382e3039333536343935375a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(15, 1795614298220369, 'vote.cast', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', '', '\x7b2273657175656e6365223a31352c226b696e64223a22766f74652e63617374222c226174223a22323032362d31312d32355431333a34343a35382e3232303336393637315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22636f6d6d656e74223a22796573222c227374616765223a312c22737472656e677468223a22746f6b656e222c22766f7465223a22617070726f766564227d7d'),
	(16, 1795614298220369, 'target.approved', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', '', '\x7b2273657175656e6365223a31362c226b696e64223a227461726765742e617070726f766564222c226174223a22323032362d31312d32355431333a34343a35382e3232303336393637315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(17, 1795614298220369, 'elevation.scheduled', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'elv_01a212f3-cfed-75e3-aa17-3986a6b8094a', '\x7b2273657175656e6365223a31372c226b696e64223a22656c65766174696f6e2e7363686564756c6564222c226174223a22323032362d31312d32355431333a34343a35382e3232303336393637315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c22656c65766174696f6e223a22656c765f30316132313266332d636665642d373565332d616131372d333938366136623830393461222c2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2273746172744174223a22323032362d31312d32355431333a34343a35382e3232303336393637315a227d7d'),
	(18, 1795614298282724, 'assignment.claimed', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a31382c226b696e64223a2261737369676e6d656e742e636c61696d6564222c226174223a22323032362d31312d32355431333a34343a35382e3238323732343139355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22656c65766174696f6e223a22656c765f30316132313266332d636665642d373565332d616131372d333938366136623830393461222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339222c2272656164416273656e744174223a22323032362d31312d32355431333a34343a35382e3238323732343139355a227d7d'),
	(19, 1795614298282724, 'elevation.activating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'elv_01a212f3-cfed-75e3-aa17-3986a6b8094a', '\x7b2273657175656e6365223a31392c226b696e64223a22656c65766174696f6e2e61637469766174696e67222c226174223a22323032362d31312d32355431333a34343a35382e3238323732343139355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c22656c65766174696f6e223a22656c765f30316132313266332d636665642d373565332d616131372d333938366136623830393461222c2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d2c227365636f6e6473223a317d7d'),
	(20, 1795614298344166, 'assignment.creating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32302c226b696e64223a2261737369676e6d656e742e6372656174696e67222c226174223a22323032362d31312d32355431333a34343a35382e3334343136363037375a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2261326130633433352d663430332d316262382d306165392d623135343131343261653437222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(21, 1795614299465516, 'assignment.verifying', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32312c226b696e64223a2261737369676e6d656e742e766572696679696e67222c226174223a22323032362d31312d32355431333a34343a35392e3436353531363334395a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2261326130633433352d663430332d316262382d306165392d623135343131343261653437222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(22, 1795614299595652, 'assignment.held', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32322c226b696e64223a2261737369676e6d656e742e68656c64222c226174223a22323032362d31312d32355431333a34343a35392e3539353635323435395a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617373756d6564223a66616c73652c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(23, 1795614299595652, 'elevation.active', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'elv_01a212f3-cfed-75e3-aa17-3986a6b8094a', '\x7b2273657175656e6365223a32332c226b696e64223a22656c65766174696f6e2e616374697665222c226174223a22323032362d31312d32355431333a34343a35392e3539353635323435395a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c22656c65766174696f6e223a22656c765f30316132313266332d636665642d373565332d616131372d333938366136623830393461222c2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22656e64734174223a22323032362d31312d32355431333a34353a30302e3539353635323435395a227d7d'),
	(24, 1795614300596986, 'elevation.ending', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'elv_01a212f3-cfed-75e3-aa17-3986a6b8094a', '\x7b2273657175656e6365223a32342c226b696e64223a22656c65766174696f6e2e656e64696e67222c226174223a22323032362d31312d32355431333a34353a30302e3539363938363733365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c22656c65766174696f6e223a22656c765f30316132313266332d636665642d373565332d616131372d333938366136623830393461222c2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2264657461696c223a226974732074696d6520776173206f766572222c22726561736f6e223a22656c6170736564227d7d'),
	(25, 1795614300596986, 'assignment.removing', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32352c226b696e64223a2261737369676e6d656e742e72656d6f76696e67222c226174223a22323032362d31312d32355431333a34353a30302e3539363938363733365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(26, 1795614300619372, 'assignment.deleting', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32362c226b696e64223a2261737369676e6d656e742e64656c6574696e67222c226174223a22323032362d31312d32355431333a34353a30302e3631393337323133325a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2234326430613536662d376135322d373363372d333538312d636563386531613934313834222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(27, 1795614301773079, 'assignment.clearing', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32372c226b696e64223a2261737369676e6d656e742e636c656172696e67222c226174223a22323032362d31312d32355431333a34353a30312e3737333037393535345a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2234326430613536662d376135322d373363372d333538312d636563386531613934313834222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(30, 1795614309616702, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', '', '\x7b2273657175656e6365223a33302c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a30392e3631363730323838345a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a312c2273746172744174223a22323032362d31312d32355431333a34353a30392e3538343838385a222c227469636b6574223a22227d7d'),
	(31, 1795614309616702, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', '', '\x7b2273657175656e6365223a33312c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a30392e3631363730323838345a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(35, 1795614309669402, 'assignment.claimed', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', '', '', '\x7b2273657175656e6365223a33352c226b696e64223a2261737369676e6d656e742e636c61696d6564222c226174223a22323032362d31312d32355431333a34353a30392e3636393430323334335a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22656c65766174696f6e223a22656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365222c2272656164416273656e744174223a22323032362d31312d32355431333a34353a30392e3636393430323334335a227d7d'),
	(36, 1795614309669402, 'elevation.activating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', 'elv_01a212f3-fcf0-7769-a981-e334ccb049f3', '\x7b2273657175656e6365223a33362c226b696e64223a22656c65766174696f6e2e61637469766174696e67222c226174223a22323032362d31312d32355431333a34353a30392e3636393430323334335a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c22656c65766174696f6e223a22656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633222c2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d2c227365636f6e6473223a317d7d'),
	(37, 1795614309884438, 'assignment.creating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', '', '', '\x7b2273657175656e6365223a33372c226b696e64223a2261737369676e6d656e742e6372656174696e67222c226174223a22323032362d31312d32355431333a34353a30392e3838343433383837315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2261777352657175657374223a2236363766313863392d376631332d666437362d376235612d663530653531616231323639222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(38, 1795614310972758, 'assignment.verifying', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', '', '', '\x7b2273657175656e6365223a33382c226b696e64223a2261737369676e6d656e742e766572696679696e67222c226174223a22323032362d31312d32355431333a34353a31302e3937323735383739365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b226661696c6564223a226e6f2073756368206c75636b222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(39, 1795614311043133, 'elevation.ending', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', 'elv_01a212f3-fcf0-7769-a981-e334ccb049f3', '\x7b2273657175656e6365223a33392c226b696e64223a22656c65766174696f6e2e656e64696e67222c226174223a22323032362d31312d32355431333a34353a31312e3034333133333233325a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c22656c65766174696f6e223a22656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633222c2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2264657461696c223a2241575320636f756c64206e6f74206d616b65207468652061737369676e6d656e743a206e6f2073756368206c75636b222c22726561736f6e223a226661696c6564227d7d'),
	(40, 1795614311043133, 'assignment.clearing', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', '', '', '\x7b2273657175656e6365223a34302c226b696e64223a2261737369676e6d656e742e636c656172696e67222c226174223a22323032362d31312d32355431333a34353a31312e3034333133333233325a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b226661696c6564223a2241575320636f756c64206e6f74206d616b65207468652061737369676e6d656e743a206e6f2073756368206c75636b222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(41, 1795614311043133, 'alarm.opened', 'alarm', '', '', '', '', '\x7b2273657175656e6365223a34312c226b696e64223a22616c61726d2e6f70656e6564222c226174223a22323032362d31312d32355431333a34353a31312e3034333133333233325a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a22616c61726d227d2c227375626a656374223a7b22616c61726d223a22616c6d5f30316132313266342d303239322d373433352d626230652d663365323737373039633731227d2c2264617461223a7b2261626f7574223a22656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633222c226b696e64223a2261637469766174696f6e2d6661696c6564222c2273656e74656e6365223a22456c65766174696f6e20656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633206661696c65643a2041575320636f756c64206e6f74206d616b65207468652061737369676e6d656e743a206e6f2073756368206c75636b2e205265747279206974207768656e2074686520636175736520697320676f6e652e222c227365766572697479223a227761726e696e67227d7d'),
	(42, 1795614321066686, 'assignment.idle', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', '', '', '\x7b2273657175656e6365223a34322c226b696e64223a2261737369676e6d656e742e69646c65222c226174223a22323032362d31312d32355431333a34353a32312e3036363638363132355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(67, 1795614322764408, 'assignment.creating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a36372c226b696e64223a2261737369676e6d656e742e6372656174696e67222c226174223a22323032362d31312d32355431333a34353a32322e37363434303834345a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2235356235393334612d316264352d303534382d363635622d633833346235373165643562222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338227d7d'),
	(28, 1795614309535022, 'assignment.idle', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a32382c226b696e64223a2261737369676e6d656e742e69646c65222c226174223a22323032362d31312d32355431333a34353a30392e3533353032323939375a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339227d7d'),
	(29, 1795614309535022, 'elevation.ended', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'elv_01a212f3-cfed-75e3-aa17-3986a6b8094a', '\x7b2273657175656e6365223a32392c226b696e64223a22656c65766174696f6e2e656e646564222c226174223a22323032362d31312d32355431333a34353a30392e3533353032323939375a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d636665642d373565312d386434352d356461346235306335373862222c22746172676574223a227467745f30316132313266332d636665642d373565322d616535632d346635346330333066653730222c22656c65766174696f6e223a22656c765f30316132313266332d636665642d373565332d616131372d333938366136623830393461222c2261737369676e6d656e74223a226173675f323662376166306333303265363230323237646332396430222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2264657461696c223a226974732074696d6520776173206f766572222c22726561736f6e223a22656c6170736564227d7d'),
	(32, 1795614309636250, 'vote.cast', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', '', '\x7b2273657175656e6365223a33322c226b696e64223a22766f74652e63617374222c226174223a22323032362d31312d32355431333a34353a30392e3633363235303338355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22636f6d6d656e74223a22796573222c227374616765223a312c22737472656e677468223a22746f6b656e222c22766f7465223a22617070726f766564227d7d'),
	(33, 1795614309636250, 'target.approved', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', '', '\x7b2273657175656e6365223a33332c226b696e64223a227461726765742e617070726f766564222c226174223a22323032362d31312d32355431333a34353a30392e3633363235303338355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(34, 1795614309636250, 'elevation.scheduled', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', 'elv_01a212f3-fcf0-7769-a981-e334ccb049f3', '\x7b2273657175656e6365223a33342c226b696e64223a22656c65766174696f6e2e7363686564756c6564222c226174223a22323032362d31312d32355431333a34353a30392e3633363235303338355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c22656c65766174696f6e223a22656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633222c2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2273746172744174223a22323032362d31312d32355431333a34353a30392e3633363235303338355a227d7d'),
	(46, 1795614321442215, 'vote.cast', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', '', '\x7b2273657175656e6365223a34362c226b696e64223a22766f74652e63617374222c226174223a22323032362d31312d32355431333a34353a32312e3434323231353431395a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326162372d373162362d383466352d396664343138376263373464222c22746172676574223a227467745f30316132313266342d326162372d373162372d386634322d306365363966623565323966222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22636f6d6d656e74223a226e6f7420746f646179222c227374616765223a312c22737472656e677468223a22746f6b656e222c22766f7465223a2272656a6563746564227d7d'),
	(47, 1795614321442215, 'target.rejected', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', '', '\x7b2273657175656e6365223a34372c226b696e64223a227461726765742e72656a6563746564222c226174223a22323032362d31312d32355431333a34353a32312e3434323231353431395a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326162372d373162362d383466352d396664343138376263373464222c22746172676574223a227467745f30316132313266342d326162372d373162372d386634322d306365363966623565323966222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d7d'),
	(48, 1795614321442215, 'elevation.ended', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', 'elv_01a212f4-2ab7-71b8-a172-9c1d1697d666', '\x7b2273657175656e6365223a34382c226b696e64223a22656c65766174696f6e2e656e646564222c226174223a22323032362d31312d32355431333a34353a32312e3434323231353431395a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326162372d373162362d383466352d396664343138376263373464222c22746172676574223a227467745f30316132313266342d326162372d373162372d386634322d306365363966623565323966222c22656c65766174696f6e223a22656c765f30316132313266342d326162372d373162382d613137322d396331643136393764363636222c2261737369676e6d656e74223a226173675f623430383061383430343966306332393533303064373730222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2264657461696c223a2272656a6563746564206279207365636f6e642d617070726f766572222c22726561736f6e223a2272656a6563746564227d7d'),
	(49, 1795614321590932, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f4-2bb6-72b4-b877-86f21ab863cd', '', '\x7b2273657175656e6365223a34392c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32312e3539303933323338385a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326262362d373262342d623837372d383666323161623836336364222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a36302c2273746172744174223a22323032362d31312d32355431333a34353a32312e3537383234315a222c227469636b6574223a22227d7d'),
	(69, 1795614323667847, 'assignment.held', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a36392c226b696e64223a2261737369676e6d656e742e68656c64222c226174223a22323032362d31312d32355431333a34353a32332e3636373834373733355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617373756d6564223a66616c73652c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338227d7d'),
	(70, 1795614323667847, 'elevation.active', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', 'elv_01a212f4-2de4-727b-9648-7ffb25cf0a80', '\x7b2273657175656e6365223a37302c226b696e64223a22656c65766174696f6e2e616374697665222c226174223a22323032362d31312d32355431333a34353a32332e3636373834373733355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c22746172676574223a227467745f30316132313266342d326465342d373237612d626339322d633933663764376130323136222c22656c65766174696f6e223a22656c765f30316132313266342d326465342d373237622d393634382d376666623235636630613830222c2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22656e64734174223a22323032362d31312d32355431333a34363a32332e3636373834373733355a227d7d'),
	(43, 1795614321066686, 'elevation.ended', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', 'elv_01a212f3-fcf0-7769-a981-e334ccb049f3', '\x7b2273657175656e6365223a34332c226b696e64223a22656c65766174696f6e2e656e646564222c226174223a22323032362d31312d32355431333a34353a32312e3036363638363132355a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266332d666366302d373736372d393335392d373430303566396632383330222c22746172676574223a227467745f30316132313266332d666366302d373736382d396265362d626663643638333335656666222c22656c65766174696f6e223a22656c765f30316132313266332d666366302d373736392d613938312d653333346363623034396633222c2261737369676e6d656e74223a226173675f323763623736396338376431373235386430306438336233222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2264657461696c223a2241575320636f756c64206e6f74206d616b65207468652061737369676e6d656e743a206e6f2073756368206c75636b222c22726561736f6e223a226661696c6564227d7d'),
	(44, 1795614321335438, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', '', '\x7b2273657175656e6365223a34342c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32312e3333353433383031385a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326162372d373162362d383466352d396664343138376263373464222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a36302c2273746172744174223a22323032362d31312d32355431333a34353a32312e32363434315a222c227469636b6574223a22227d7d'),
	(45, 1795614321335438, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', '', '\x7b2273657175656e6365223a34352c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32312e3333353433383031385a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326162372d373162362d383466352d396664343138376263373464222c22746172676574223a227467745f30316132313266342d326162372d373162372d386634322d306365363966623565323966222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(51, 1795614321643427, 'target.cancelled', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2bb6-72b4-b877-86f21ab863cd', '', '\x7b2273657175656e6365223a35312c226b696e64223a227461726765742e63616e63656c6c6564222c226174223a22323032362d31312d32355431333a34353a32312e3634333432373437355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326262362d373262342d623837372d383666323161623836336364222c22746172676574223a227467745f30316132313266342d326262362d373262352d396263642d653863366436623339666561222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d7d'),
	(52, 1795614321643427, 'elevation.ended', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2bb6-72b4-b877-86f21ab863cd', 'elv_01a212f4-2bb6-72b6-a606-c57ab7314c30', '\x7b2273657175656e6365223a35322c226b696e64223a22656c65766174696f6e2e656e646564222c226174223a22323032362d31312d32355431333a34353a32312e3634333432373437355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326262362d373262342d623837372d383666323161623836336364222c22746172676574223a227467745f30316132313266342d326262362d373262352d396263642d653863366436623339666561222c22656c65766174696f6e223a22656c765f30316132313266342d326262362d373262362d613630362d633537616237333134633330222c2261737369676e6d656e74223a226173675f623430383061383430343966306332393533303064373730222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2264657461696c223a2263616e63656c6c65642062792074686520726571756573746572222c22726561736f6e223a2263616e63656c6c6564227d7d'),
	(55, 1795614321830953, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', '', '\x7b2273657175656e6365223a35352c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32312e3833303935333134335a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326361362d373630662d613332302d346665373033316434333665222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a36302c2273746172744174223a22323032362d31312d32355431333a34363a32312e3735393930335a222c227469636b6574223a22227d7d'),
	(56, 1795614321830953, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', '', '\x7b2273657175656e6365223a35362c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32312e3833303935333134335a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326361362d373630662d613332302d346665373033316434333665222c22746172676574223a227467745f30316132313266342d326361362d373631302d393738342d333631656337343435356433222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(57, 1795614321981134, 'vote.cast', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', '', '\x7b2273657175656e6365223a35372c226b696e64223a22766f74652e63617374222c226174223a22323032362d31312d32355431333a34353a32312e3938313133343936325a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326361362d373630662d613332302d346665373033316434333665222c22746172676574223a227467745f30316132313266342d326361362d373631302d393738342d333631656337343435356433222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22636f6d6d656e74223a22796573222c227374616765223a312c22737472656e677468223a22746f6b656e222c22766f7465223a22617070726f766564227d7d'),
	(74, 1795614323725572, 'policy.proposed', 'd6fa7feb-192c-58e0-5827-40397d23e03b', '', '', '', '', '\x7b2273657175656e6365223a37342c226b696e64223a22706f6c6963792e70726f706f736564222c226174223a22323032362d31312d32355431333a34353a32332e37323535373239365a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2264366661376665622d313932632d353865302d353832372d343033393764323365303362222c226e616d65223a2261646d696e227d2c227375626a656374223a7b22706f6c696379223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161227d2c2264617461223a7b22617574686f72223a2264366661376665622d313932632d353865302d353832372d343033393764323365303362222c226261736556657273696f6e223a312c2262794d616368696e65223a66616c73652c2264656c65746564223a66616c73652c22646966666572656e6365223a5b226d61784475726174696f6e3a20316820e28692203268225d2c226b696e64223a22656c69676962696c697479222c226e616d65223a22446576656c6f706d656e74222c2270726f706f73616c223a227072705f30316132313266342d333431382d373766382d616366332d343634646437356364326430222c22776964656e73223a5b22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c223a20616363657373206d6179206c617374203220686f75727320696e7374656164206f66203120686f75722e225d7d7d'),
	(82, 1795614323980668, 'assignment.creating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a38322c226b696e64223a2261737369676e6d656e742e6372656174696e67222c226174223a22323032362d31312d32355431333a34353a32332e39383036363833345a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2265336163356538612d626234392d383562362d643961612d643631663335656366393437222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(50, 1795614321590932, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2bb6-72b4-b877-86f21ab863cd', '', '\x7b2273657175656e6365223a35302c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32312e3539303933323338385a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326262362d373262342d623837372d383666323161623836336364222c22746172676574223a227467745f30316132313266342d326262362d373262352d396263642d653863366436623339666561222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(53, 1795614321710252, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f4-2c2e-7379-b4b1-60e9f468fa6a', '', '\x7b2273657175656e6365223a35332c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32312e3731303235323934335a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326332652d373337392d623462312d363065396634363866613661222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a36302c2273746172744174223a22323032362d31312d32355431333a34353a32312e3639363534315a222c227469636b6574223a22227d7d'),
	(54, 1795614321710252, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2c2e-7379-b4b1-60e9f468fa6a', '', '\x7b2273657175656e6365223a35342c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32312e3731303235323934335a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326332652d373337392d623462312d363065396634363866613661222c22746172676574223a227467745f30316132313266342d326332652d373337612d626166362d383133336131393666313338222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d63636162643561366634653332646339222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(62, 1795614322196405, 'vote.cast', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', '', '\x7b2273657175656e6365223a36322c226b696e64223a22766f74652e63617374222c226174223a22323032362d31312d32355431333a34353a32322e3139363430353130365a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c22746172676574223a227467745f30316132313266342d326465342d373237612d626339322d633933663764376130323136222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22636f6d6d656e74223a22796573222c227374616765223a312c22737472656e677468223a22746f6b656e222c22766f7465223a22617070726f766564227d7d'),
	(63, 1795614322196405, 'target.approved', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', '', '\x7b2273657175656e6365223a36332c226b696e64223a227461726765742e617070726f766564222c226174223a22323032362d31312d32355431333a34353a32322e3139363430353130365a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c22746172676574223a227467745f30316132313266342d326465342d373237612d626339322d633933663764376130323136222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(64, 1795614322196405, 'elevation.scheduled', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', 'elv_01a212f4-2de4-727b-9648-7ffb25cf0a80', '\x7b2273657175656e6365223a36342c226b696e64223a22656c65766174696f6e2e7363686564756c6564222c226174223a22323032362d31312d32355431333a34353a32322e3139363430353130365a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c22746172676574223a227467745f30316132313266342d326465342d373237612d626339322d633933663764376130323136222c22656c65766174696f6e223a22656c765f30316132313266342d326465342d373237622d393634382d376666623235636630613830222c2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2273746172744174223a22323032362d31312d32355431333a34353a32322e3139363430353130365a227d7d'),
	(65, 1795614322493005, 'assignment.claimed', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a36352c226b696e64223a2261737369676e6d656e742e636c61696d6564222c226174223a22323032362d31312d32355431333a34353a32322e34393330303536365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22656c65766174696f6e223a22656c765f30316132313266342d326465342d373237622d393634382d376666623235636630613830222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338222c2272656164416273656e744174223a22323032362d31312d32355431333a34353a32322e34393330303536365a227d7d'),
	(66, 1795614322493005, 'elevation.activating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', 'elv_01a212f4-2de4-727b-9648-7ffb25cf0a80', '\x7b2273657175656e6365223a36362c226b696e64223a22656c65766174696f6e2e61637469766174696e67222c226174223a22323032362d31312d32355431333a34353a32322e34393330303536365a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c22746172676574223a227467745f30316132313266342d326465342d373237612d626339322d633933663764376130323136222c22656c65766174696f6e223a22656c765f30316132313266342d326465342d373237622d393634382d376666623235636630613830222c2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d2c227365636f6e6473223a36307d7d'),
	(58, 1795614321981134, 'target.approved', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', '', '\x7b2273657175656e6365223a35382c226b696e64223a227461726765742e617070726f766564222c226174223a22323032362d31312d32355431333a34353a32312e3938313133343936325a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326361362d373630662d613332302d346665373033316434333665222c22746172676574223a227467745f30316132313266342d326361362d373631302d393738342d333631656337343435356433222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c22446576656c6f706d656e745c22202876657273696f6e203129206d6174636865732073686f702d646576202831303030303030303030323129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366612d626235392d313134623836393038613133222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366382d613262302d303461303464373132313161222c226e616d65223a22446576656c6f706d656e74222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(59, 1795614321981134, 'elevation.scheduled', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000021', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', 'elv_01a212f4-2ca7-7226-b032-97cfc134160f', '\x7b2273657175656e6365223a35392c226b696e64223a22656c65766174696f6e2e7363686564756c6564222c226174223a22323032362d31312d32355431333a34353a32312e3938313133343936325a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2265396234646233332d353563352d383737302d636566652d666639663531336662663333222c226e616d65223a227365636f6e642d617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326361362d373630662d613332302d346665373033316434333665222c22746172676574223a227467745f30316132313266342d326361362d373631302d393738342d333631656337343435356433222c22656c65766174696f6e223a22656c765f30316132313266342d326361372d373232362d623033322d393763666331333431363066222c2261737369676e6d656e74223a226173675f626166663065383533626565346233376435333161623964222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303231227d2c2264617461223a7b2273746172744174223a22323032362d31312d32355431333a34363a32312e3735393930335a227d7d'),
	(60, 1795614322148250, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', '', '\x7b2273657175656e6365223a36302c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32322e3134383235303935315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a36302c2273746172744174223a22323032362d31312d32355431333a34353a32322e3038313138395a222c227469636b6574223a22227d7d'),
	(61, 1795614322148250, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', '', '\x7b2273657175656e6365223a36312c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32322e3134383235303935315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d326465342d373237392d626366302d636234376236636133323265222c22746172676574223a227467745f30316132313266342d326465342d373237612d626339322d633933663764376130323136222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(68, 1795614323511865, 'assignment.verifying', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a36382c226b696e64223a2261737369676e6d656e742e766572696679696e67222c226174223a22323032362d31312d32355431333a34353a32332e3531313836353139315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2235356235393334612d316264352d303534382d363635622d633833346235373165643562222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338227d7d'),
	(71, 1795614323694708, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-33ef-74a3-b21b-86395587e47f', 'elv_01a212f4-2de4-727b-9648-7ffb25cf0a80', '\x7b2273657175656e6365223a37312c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32332e3639343730383234315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333365662d373461332d623231622d383633393535383765343766222c22746172676574223a227467745f30316132313266342d333365662d373461342d623966372d656437366331393666613963222c22656c65766174696f6e223a22656c765f30316132313266342d326465342d373237622d393634382d376666623235636630613830222c2261737369676e6d656e74223a226173675f313865616534383564333235656661363133646231386133222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22657874656e6473223a22656c765f30316132313266342d326465342d373237622d393634382d376666623235636630613830222c226a757374696669636174696f6e223a2269742074616b6573206c6f6e676572222c227365636f6e6473223a36302c227469636b6574223a22227d7d'),
	(72, 1795614323694708, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-33ef-74a3-b21b-86395587e47f', '', '\x7b2273657175656e6365223a37322c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32332e3639343730383234315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333365662d373461332d623231622d383633393535383765343766222c22746172676574223a227467745f30316132313266342d333365662d373461342d623966372d656437366331393666613963222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203120686f75722c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d65383639353831343134643962336338222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(73, 1795614323709982, 'policy.applied', 'd6fa7feb-192c-58e0-5827-40397d23e03b', '', '', '', '', '\x7b2273657175656e6365223a37332c226b696e64223a22706f6c6963792e6170706c696564222c226174223a22323032362d31312d32355431333a34353a32332e3730393938323334315a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2264366661376665622d313932632d353865302d353832372d343033393764323365303362222c226e616d65223a2261646d696e227d2c227375626a656374223a7b22706f6c696379223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231227d2c2264617461223a7b22617574686f72223a2264366661376665622d313932632d353865302d353832372d343033393764323365303362222c2264656c65746564223a66616c73652c22646966666572656e6365223a5b226d61784475726174696f6e3a20316820e286922033306d225d2c226b696e64223a22656c69676962696c697479222c226e616d65223a2250726f64756374696f6e222c22726561736f6e223a226e6f207365636f6e642061646d696e6973747261746f72206973206e6565646564222c2276657273696f6e223a322c22776964656e73223a5b5d7d7d'),
	(75, 1795614323782301, 'request.created', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', '', '\x7b2273657175656e6365223a37352c226b696e64223a22726571756573742e63726561746564222c226174223a22323032362d31312d32355431333a34353a32332e3738323330313436395a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166227d2c2264617461223a7b226a757374696669636174696f6e223a2261206c696665207468617420697320696e746572727570746564222c227365636f6e6473223a312c2273746172744174223a22323032362d31312d32355431333a34353a32332e3738313332365a222c227469636b6574223a22227d7d'),
	(76, 1795614323782301, 'target.pending', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', '', '\x7b2273657175656e6365223a37362c226b696e64223a227461726765742e70656e64696e67222c226174223a22323032362d31312d32355431333a34353a32332e3738323330313436395a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226e616d65223a22726571756573746572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203229206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203330206d696e757465732c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a327d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a327d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(77, 1795614323833648, 'vote.cast', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', '', '\x7b2273657175656e6365223a37372c226b696e64223a22766f74652e63617374222c226174223a22323032362d31312d32355431333a34353a32332e3833333634383339355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22636f6d6d656e74223a22796573222c227374616765223a312c22737472656e677468223a22746f6b656e222c22766f7465223a22617070726f766564227d7d'),
	(78, 1795614323833648, 'target.approved', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', '', '\x7b2273657175656e6365223a37382c226b696e64223a227461726765742e617070726f766564222c226174223a22323032362d31312d32355431333a34353a32332e3833333634383339355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617070726f76616c5265717569726564223a747275652c22666f72223a5b7b22636f6465223a22656c696769626c65222c2274657874223a22456c69676962696c69747920706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203229206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069643b206174206d6f7374203330206d696e757465732c207769746820617070726f76616c2e222c22706f6c696379223a7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a327d7d2c7b22636f6465223a22617070726f76616c5f7265717569726564222c2274657874223a22417070726f76616c2069732072657175697265642e227d2c7b22636f6465223a22617070726f76657273222c2274657874223a22417070726f76657220706f6c696379205c2250726f64756374696f6e5c22202876657273696f6e203129206d6174636865732073686f702d70726f64202831303030303030303030313129207768696368206e616d657320746865206163636f756e74206279206974732069642e222c22706f6c696379223a7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d7d5d2c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365222c22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a327d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d7d7d'),
	(79, 1795614323833648, 'elevation.scheduled', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', 'elv_01a212f4-3446-73d6-a1b9-a064a9d825c0', '\x7b2273657175656e6365223a37392c226b696e64223a22656c65766174696f6e2e7363686564756c6564222c226174223a22323032362d31312d32355431333a34353a32332e3833333634383339355a222c226163746f72223a7b226b696e64223a22706572736f6e222c226964223a2233353966373062312d663135662d316562372d356534652d373365323138636365353432222c226e616d65223a22617070726f766572227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c22656c65766174696f6e223a22656c765f30316132313266342d333434362d373364362d613162392d613036346139643832356330222c2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2273746172744174223a22323032362d31312d32355431333a34353a32332e3833333634383339355a227d7d'),
	(80, 1795614323939067, 'assignment.claimed', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a38302c226b696e64223a2261737369676e6d656e742e636c61696d6564222c226174223a22323032362d31312d32355431333a34353a32332e3933393036373632345a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22656c65766174696f6e223a22656c765f30316132313266342d333434362d373364362d613162392d613036346139643832356330222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365222c2272656164416273656e744174223a22323032362d31312d32355431333a34353a32332e3933393036373632345a227d7d'),
	(81, 1795614323939067, 'elevation.activating', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', 'elv_01a212f4-3446-73d6-a1b9-a064a9d825c0', '\x7b2273657175656e6365223a38312c226b696e64223a22656c65766174696f6e2e61637469766174696e67222c226174223a22323032362d31312d32355431333a34353a32332e3933393036373632345a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c22656c65766174696f6e223a22656c765f30316132313266342d333434362d373364362d613162392d613036346139643832356330222c2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22706f6c6963696573223a5b7b226b696e64223a22617070726f766572222c226964223a226170725f30316132313266332d633164652d373366392d383462392d663033636335646239343562222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a317d2c7b226b696e64223a22656c69676962696c697479222c226964223a22656c675f30316132313266332d633164652d373366372d626633642d336332336363646261306231222c226e616d65223a2250726f64756374696f6e222c2276657273696f6e223a327d2c7b226b696e64223a2273657474696e6773222c226964223a2273657474696e6773222c226e616d65223a2253657474696e6773222c2276657273696f6e223a317d5d2c227365636f6e6473223a317d7d'),
	(83, 1795614325174196, 'assignment.verifying', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a38332c226b696e64223a2261737369676e6d656e742e766572696679696e67222c226174223a22323032362d31312d32355431333a34353a32352e313734313936325a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2261777352657175657374223a2265336163356538612d626234392d383562362d643961612d643631663335656366393437222c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(84, 1795614325234455, 'assignment.held', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a38342c226b696e64223a2261737369676e6d656e742e68656c64222c226174223a22323032362d31312d32355431333a34353a32352e3233343435353439315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22617373756d6564223a66616c73652c227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d'),
	(85, 1795614325234455, 'elevation.active', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', 'elv_01a212f4-3446-73d6-a1b9-a064a9d825c0', '\x7b2273657175656e6365223a38352c226b696e64223a22656c65766174696f6e2e616374697665222c226174223a22323032362d31312d32355431333a34353a32352e3233343435353439315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c22656c65766174696f6e223a22656c765f30316132313266342d333434362d373364362d613162392d613036346139643832356330222c2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b22656e64734174223a22323032362d31312d32355431333a34353a32362e3233343435353439315a227d7d'),
	(86, 1795614326235062, 'elevation.ending', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', 'elv_01a212f4-3446-73d6-a1b9-a064a9d825c0', '\x7b2273657175656e6365223a38362c226b696e64223a22656c65766174696f6e2e656e64696e67222c226174223a22323032362d31312d32355431333a34353a32362e32333530363236315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2272657175657374223a227265715f30316132313266342d333434362d373364342d393137662d633934656436376635383030222c22746172676574223a227467745f30316132313266342d333434362d373364352d613462372d333835326666666333353266222c22656c65766174696f6e223a22656c765f30316132313266342d333434362d373364362d613162392d613036346139643832356330222c2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b2264657461696c223a226974732074696d6520776173206f766572222c22726561736f6e223a22656c6170736564227d7d'),
	(87, 1795614326235062, 'assignment.removing', 'delivery', '527e527b-0191-e69d-1031-f5d8baf2571f', '100000000011', '', '', '\x7b2273657175656e6365223a38372c226b696e64223a2261737369676e6d656e742e72656d6f76696e67222c226174223a22323032362d31312d32355431333a34353a32362e32333530363236315a222c226163746f72223a7b226b696e64223a2273797374656d222c226964223a2264656c6976657279227d2c227375626a656374223a7b2261737369676e6d656e74223a226173675f383438623565656533373935336230376433356661393030222c2275736572223a2235323765353237622d303139312d653639642d313033312d663564386261663235373166222c226163636f756e74223a22313030303030303030303131227d2c2264617461223a7b227065726d697373696f6e536574223a2261726e3a6177733a73736f3a3a3a7065726d697373696f6e5365742f73736f696e732d3732323364656d6f303030307465616d2f70732d62316432303036343331353537393365227d7d');
INSERT INTO public.goose_db_version VALUES
	(1, 0, true, '2026-11-25 13:44:52.732659'),
	(2, 1, true, '2026-11-25 13:44:52.755969'),
	(3, 2, true, '2026-11-25 13:44:53.29314'),
	(4, 3, true, '2026-11-25 13:44:53.875552');
INSERT INTO public.policies VALUES
	('settings', 'settings', 1),
	('eligibility', 'elg_01a212f3-c1de-73f8-a2b0-04a04d71211a', 1),
	('approver', 'apr_01a212f3-c1de-73f9-84b9-f03cc5db945b', 1),
	('approver', 'apr_01a212f3-c1de-73fa-bb59-114b86908a13', 1),
	('eligibility', 'elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1', 2);
INSERT INTO public.policy_generation VALUES
	(1, 3);
INSERT INTO public.policy_proposals VALUES
	('prp_01a212f4-3418-77f8-acf3-464dd75cd2d0', 'eligibility', 'elg_01a212f3-c1de-73f8-a2b0-04a04d71211a', 1, 'Development', '{"id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","owners":{},"principals":{"groups":["a5151d36-d064-e5c7-187b-84da1f22b3e5"]},"targets":{"accounts":["100000000021"]},"permissionSets":["arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e"],"maxDuration":7200000000000,"approvalRequired":true}', false, '[{"code":"widens_duration","text":"Eligibility policy \"Development\": access may last 2 hours instead of 1 hour.","policy":{"kind":"eligibility","id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","version":2}}]', 'd6fa7feb-192c-58e0-5827-40397d23e03b', false, 1795614323725572, 'proposed', '', 0, 1);
INSERT INTO public.policy_versions VALUES
	('settings', 'settings', 1, 'Settings', '{"approvalRequired":true,"commentRequired":false,"ticketRequired":false,"ticketPattern":"[A-Za-z0-9].*","maxDuration":32400000000000,"minDuration":1000000000,"pendingExpiry":10800000000000,"startHorizon":7776000000000000,"activationDeadline":1800000000000,"maxExtensions":2,"maxTargets":50,"protectedAccounts":null,"administratorGroup":"b24e5d26-0941-c7a9-36d8-dda67dc91812","auditorGroup":"b3cd8a4d-556a-7f3c-696d-d31c3790c205","secondAdministrator":"auto"}', false, false, 'bootstrap', '', 1795614294493995),
	('eligibility', 'elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1', 1, 'Production', '{"id":"elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1","name":"Production","owners":{},"principals":{"groups":["2b97197e-0584-f167-5bfc-662c477ab9c6"]},"targets":{"accounts":["100000000011"]},"permissionSets":["arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e"],"maxDuration":3600000000000,"approvalRequired":true}', false, false, 'bootstrap', '', 1795614294493995),
	('eligibility', 'elg_01a212f3-c1de-73f8-a2b0-04a04d71211a', 1, 'Development', '{"id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","owners":{},"principals":{"groups":["a5151d36-d064-e5c7-187b-84da1f22b3e5"]},"targets":{"accounts":["100000000021"]},"permissionSets":["arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e"],"maxDuration":3600000000000,"approvalRequired":true}', false, false, 'bootstrap', '', 1795614294493995),
	('approver', 'apr_01a212f3-c1de-73f9-84b9-f03cc5db945b', 1, 'Production', '{"id":"apr_01a212f3-c1de-73f9-84b9-f03cc5db945b","name":"Production","owners":{},"targets":{"accounts":["100000000011"]},"stages":[{"approvers":{"groups":["523b619a-169f-056b-0233-69bdc1deefe6"]},"required":1}]}', false, false, 'bootstrap', '', 1795614294493995),
	('approver', 'apr_01a212f3-c1de-73fa-bb59-114b86908a13', 1, 'Development', '{"id":"apr_01a212f3-c1de-73fa-bb59-114b86908a13","name":"Development","owners":{},"targets":{"accounts":["100000000021"]},"stages":[{"approvers":{"groups":["8da23fe7-adfc-0fce-c6ab-bc344fd5ca18"]},"required":1}]}', false, false, 'bootstrap', '', 1795614294493995),
	('eligibility', 'elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1', 2, 'Production', '{"id":"elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1","name":"Production","owners":{},"principals":{"groups":["2b97197e-0584-f167-5bfc-662c477ab9c6"]},"targets":{"accounts":["100000000011"]},"permissionSets":["arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9","arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e"],"maxDuration":1800000000000,"approvalRequired":true}', false, false, 'd6fa7feb-192c-58e0-5827-40397d23e03b', '', 1795614323709982);
INSERT INTO public.requests VALUES
	('req_01a212f4-2ca6-760f-a320-4fe7031d436e', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614381759903, 60000000, 1795614321830953, 1795625121830953, 1, 8),
	('req_01a212f3-cfed-75e1-8d45-5da4b50c578b', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614298082159, 1000000, 1795614298093564, 1795625098093564, 1, 1),
	('req_01a212f3-fcf0-7767-9359-74005f9f2830', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614309584888, 1000000, 1795614309616702, 1795625109616702, 1, 6),
	('req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614321264410, 60000000, 1795614321335438, 1795625121335438, 1, 4),
	('req_01a212f4-2bb6-72b4-b877-86f21ab863cd', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614321578241, 60000000, 1795614321590932, 1795625121590932, 1, 2),
	('req_01a212f4-2c2e-7379-b4b1-60e9f468fa6a', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614321696541, 60000000, 1795614321710252, 1795625121710252, 1, 9),
	('req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614322081189, 60000000, 1795614322148250, 1795625122148250, 1, 10),
	('req_01a212f4-33ef-74a3-b21b-86395587e47f', 'extension', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'it takes longer', '', 1795614383667847, 60000000, 1795614323694708, 1795614383667847, 1, 9),
	('req_01a212f4-3446-73d4-917f-c94ed67f5800', 'access', '527e527b-0191-e69d-1031-f5d8baf2571f', '527e527b-0191-e69d-1031-f5d8baf2571f', false, '[]', 'a life that is interrupted', '', 1795614323781326, 1000000, 1795614323782301, 1795625123782301, 1, 10);
INSERT INTO public.targets VALUES
	('tgt_01a212f3-cfed-75e2-ae5c-4f54c030fe70', 'req_01a212f3-cfed-75e1-8d45-5da4b50c578b', '100000000011', 'shop-prod', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'PowerUserAccess', 'approved', 1795614298220369, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73f9-84b9-f03cc5db945b","name":"Production","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1","name":"Production","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2),
	('tgt_01a212f3-fcf0-7768-9be6-bfcd68335eff', 'req_01a212f3-fcf0-7767-9359-74005f9f2830', '100000000021', 'shop-dev', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'DatabaseAdmin', 'approved', 1795614309636250, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73fa-bb59-114b86908a13","name":"Development","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2),
	('tgt_01a212f4-2ab7-71b7-8f42-0ce69fb5e29f', 'req_01a212f4-2ab7-71b6-84f5-9fd4187bc74d', '100000000021', 'shop-dev', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'PowerUserAccess', 'rejected', 1795614321442215, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73fa-bb59-114b86908a13","name":"Development","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2),
	('tgt_01a212f4-2bb6-72b5-9bcd-e8c6d6b39fea', 'req_01a212f4-2bb6-72b4-b877-86f21ab863cd', '100000000021', 'shop-dev', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'PowerUserAccess', 'cancelled', 1795614321643427, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73fa-bb59-114b86908a13","name":"Development","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2),
	('tgt_01a212f4-2c2e-737a-baf6-8133a196f138', 'req_01a212f4-2c2e-7379-b4b1-60e9f468fa6a', '100000000021', 'shop-dev', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-ccabd5a6f4e32dc9', 'PowerUserAccess', 'pending', 0, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73fa-bb59-114b86908a13","name":"Development","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 1795625121710252, 1),
	('tgt_01a212f4-2ca6-7610-9784-361ec74455d3', 'req_01a212f4-2ca6-760f-a320-4fe7031d436e', '100000000021', 'shop-dev', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'AdministratorAccess', 'approved', 1795614321981134, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73fa-bb59-114b86908a13","name":"Development","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f8-a2b0-04a04d71211a","name":"Development","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2),
	('tgt_01a212f4-2de4-727a-bc92-c93f7d7a0216', 'req_01a212f4-2de4-7279-bcf0-cb47b6ca322e', '100000000011', 'shop-prod', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'AdministratorAccess', 'approved', 1795614322196405, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73f9-84b9-f03cc5db945b","name":"Production","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1","name":"Production","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2),
	('tgt_01a212f4-33ef-74a4-b9f7-ed76c196fa9c', 'req_01a212f4-33ef-74a3-b21b-86395587e47f', '100000000011', 'shop-prod', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-e869581414d9b3c8', 'AdministratorAccess', 'pending', 0, 'elv_01a212f4-2de4-727b-9648-7ffb25cf0a80', '[{"kind":"approver","id":"apr_01a212f3-c1de-73f9-84b9-f03cc5db945b","name":"Production","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1","name":"Production","version":1},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 1795614383667847, 1),
	('tgt_01a212f4-3446-73d5-a4b7-3852fffc352f', 'req_01a212f4-3446-73d4-917f-c94ed67f5800', '100000000011', 'shop-prod', 'arn:aws:sso:::permissionSet/ssoins-7223demo0000team/ps-b1d200643155793e', 'DatabaseAdmin', 'approved', 1795614323833648, '', '[{"kind":"approver","id":"apr_01a212f3-c1de-73f9-84b9-f03cc5db945b","name":"Production","version":1},{"kind":"eligibility","id":"elg_01a212f3-c1de-73f7-bf3d-3c23ccdba0b1","name":"Production","version":2},{"kind":"settings","id":"settings","name":"Settings","version":1}]', 0, 2);
INSERT INTO public.tokens VALUES
	('88b239136c42579bc480811b01686fa4a071b49cae8ae8643b3fb80ff46d3640', '88245637-2142-94a5-d95b-fc7e047f85c7', '', 1795614295633134, 1795614595633134, 0),
	('abba869d2bdcc31ecf957b6a96dc42e9512a64b4bf865979d2449a15e18a0d08', '88245637-2142-94a5-d95b-fc7e047f85c7', '', 1795614295784773, 1795614595784773, 0),
	('d0e4f93061515c6aa71ba517a83faffb08be2861f8cb2baedd128a106492bc65', '527e527b-0191-e69d-1031-f5d8baf2571f', '', 1795614297497431, 1795643097497431, 0),
	('2f56a76104cfbd3a2129deda5bb0bf506d47bba308c02df431f924b3156b8fe4', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '', 1795614297604835, 1795643097604835, 0),
	('9a8167504cde09643f01d75f2d6e5195d8e20379834594596ea30ccb201081b4', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '', 1795614297699533, 1795643097699533, 0),
	('490719e1bc28d7c99e7cb96b521ab7838809fee5ecd9f74902b01113fe5f1dc6', 'd6fa7feb-192c-58e0-5827-40397d23e03b', '', 1795614297842527, 1795643097842527, 0),
	('7daa8744ee0a064a0f77c1be78663e873a848704bf2d060cea41b2491c942f07', '0c70f505-2e96-d34c-b62c-8070fbad9c04', '', 1795614297951053, 1795643097951053, 0),
	('9e0953bfc7a27e0230acc4cb88cc993e7944c9a5e5899a0aac4051fa21372d70', '88245637-2142-94a5-d95b-fc7e047f85c7', '', 1795614298049028, 1795643098049028, 0);
INSERT INTO public.votes VALUES
	('vote_01a212f3-d06e-7421-bfb8-5a231fd7e48a', 'tgt_01a212f3-cfed-75e2-ae5c-4f54c030fe70', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', 0, true, 'yes', 1795614298220369, 'token', '["2b97197e-0584-f167-5bfc-662c477ab9c6","523b619a-169f-056b-0233-69bdc1deefe6"]', false),
	('vote_01a212f3-fd07-7400-9a52-3d86ac8092a0', 'tgt_01a212f3-fcf0-7768-9be6-bfcd68335eff', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', 0, true, 'yes', 1795614309636250, 'token', '["8da23fe7-adfc-0fce-c6ab-bc344fd5ca18"]', false),
	('vote_01a212f4-2b24-74a9-8896-391e79a76ed4', 'tgt_01a212f4-2ab7-71b7-8f42-0ce69fb5e29f', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', 0, false, 'not today', 1795614321442215, 'token', '["8da23fe7-adfc-0fce-c6ab-bc344fd5ca18"]', false),
	('vote_01a212f4-2d46-7178-93cb-c1924e7e38d3', 'tgt_01a212f4-2ca6-7610-9784-361ec74455d3', 'e9b4db33-55c5-8770-cefe-ff9f513fbf33', '527e527b-0191-e69d-1031-f5d8baf2571f', 0, true, 'yes', 1795614321981134, 'token', '["8da23fe7-adfc-0fce-c6ab-bc344fd5ca18"]', false),
	('vote_01a212f4-2e16-7375-bb6a-debc85c85910', 'tgt_01a212f4-2de4-727a-bc92-c93f7d7a0216', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', 0, true, 'yes', 1795614322196405, 'token', '["2b97197e-0584-f167-5bfc-662c477ab9c6","523b619a-169f-056b-0233-69bdc1deefe6"]', false),
	('vote_01a212f4-347c-72f1-8e23-a713d46caa83', 'tgt_01a212f4-3446-73d5-a4b7-3852fffc352f', '359f70b1-f15f-1eb7-5e4e-73e218cce542', '527e527b-0191-e69d-1031-f5d8baf2571f', 0, true, 'yes', 1795614323833648, 'token', '["2b97197e-0584-f167-5bfc-662c477ab9c6","523b619a-169f-056b-0233-69bdc1deefe6"]', false);
SELECT pg_catalog.setval('public.goose_db_version_id_seq', 4, true);
ALTER TABLE ONLY public.alarms
    ADD CONSTRAINT alarms_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT assignments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.audit_hashes
    ADD CONSTRAINT audit_hashes_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY public.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.aws_pipe
    ADD CONSTRAINT aws_pipe_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.cursors
    ADD CONSTRAINT cursors_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.decision_moves
    ADD CONSTRAINT decision_moves_pkey PRIMARY KEY (from_state, to_state);
ALTER TABLE ONLY public.deployment
    ADD CONSTRAINT deployment_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_accounts
    ADD CONSTRAINT directory_accounts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_groups
    ADD CONSTRAINT directory_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_head
    ADD CONSTRAINT directory_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_instance
    ADD CONSTRAINT directory_instance_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_members
    ADD CONSTRAINT directory_members_pkey PRIMARY KEY (group_id, user_id);
ALTER TABLE ONLY public.directory_passes
    ADD CONSTRAINT directory_passes_pkey PRIMARY KEY (part);
ALTER TABLE ONLY public.directory_permission_sets
    ADD CONSTRAINT directory_permission_sets_pkey PRIMARY KEY (arn);
ALTER TABLE ONLY public.directory_units
    ADD CONSTRAINT directory_units_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.directory_users
    ADD CONSTRAINT directory_users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.elevation_moves
    ADD CONSTRAINT elevation_moves_pkey PRIMARY KEY (from_state, to_state);
ALTER TABLE ONLY public.elevations
    ADD CONSTRAINT elevations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (sequence);
ALTER TABLE ONLY public.goose_db_version
    ADD CONSTRAINT goose_db_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.assignments
    ADD CONSTRAINT one_assignment UNIQUE (user_id, account_id, permission_set_arn);
ALTER TABLE ONLY public.elevations
    ADD CONSTRAINT one_attempt UNIQUE (target_id, attempt);
ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_pkey PRIMARY KEY (kind, id);
ALTER TABLE ONLY public.policy_generation
    ADD CONSTRAINT policy_generation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.policy_proposals
    ADD CONSTRAINT policy_proposals_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.policy_versions
    ADD CONSTRAINT policy_versions_pkey PRIMARY KEY (kind, id, version);
ALTER TABLE ONLY public.requests
    ADD CONSTRAINT requests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.targets
    ADD CONSTRAINT targets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.tokens
    ADD CONSTRAINT tokens_pkey PRIMARY KEY (hash);
ALTER TABLE ONLY public.votes
    ADD CONSTRAINT votes_pkey PRIMARY KEY (id);
CREATE UNIQUE INDEX alarms_open ON public.alarms USING btree (kind, subject) WHERE (closed_at = 0);
CREATE INDEX assignments_by_due ON public.assignments USING btree (due_at, id);
CREATE INDEX assignments_due ON public.assignments USING btree (urgency, due_at) WHERE (due_at > 0);
CREATE INDEX assignments_owned ON public.assignments USING btree (phase) WHERE (phase <> 'idle'::text);
CREATE INDEX assignments_troubled ON public.assignments USING btree (due_at, id) WHERE (problem <> ''::text);
CREATE INDEX directory_members_user ON public.directory_members USING btree (user_id);
CREATE INDEX elevations_by_account ON public.elevations USING btree (account_id, id);
CREATE INDEX elevations_by_permission_set ON public.elevations USING btree (permission_set_arn, id);
CREATE INDEX elevations_by_request ON public.elevations USING btree (request_id);
CREATE INDEX elevations_by_standing ON public.elevations USING btree (standing, id);
CREATE INDEX elevations_by_user ON public.elevations USING btree (user_id, id);
CREATE INDEX elevations_ending ON public.elevations USING btree (ends_at) WHERE (state = 'active'::text);
CREATE INDEX elevations_open ON public.elevations USING btree (assignment_id) WHERE (state <> 'ended'::text);
CREATE INDEX events_by_request ON public.events USING btree (request_id, sequence) WHERE (request_id <> ''::text);
CREATE INDEX events_by_user ON public.events USING btree (user_id, sequence) WHERE (user_id <> ''::text);
CREATE INDEX policy_proposals_open ON public.policy_proposals USING btree (created_at) WHERE (state = 'proposed'::text);
CREATE INDEX policy_versions_cooling ON public.policy_versions USING btree (effective_at) WHERE widening;
CREATE INDEX requests_by_beneficiary ON public.requests USING btree (beneficiary_id, id);
CREATE INDEX requests_by_beneficiary_standing ON public.requests USING btree (beneficiary_id, standing, id);
CREATE INDEX requests_by_machine ON public.requests USING btree (filed_by, id) WHERE machine;
CREATE INDEX requests_by_standing ON public.requests USING btree (standing, id);
CREATE INDEX targets_by_account ON public.targets USING btree (account_id, request_id);
CREATE INDEX targets_by_permission_set ON public.targets USING btree (permission_set_arn, request_id);
CREATE INDEX targets_by_request ON public.targets USING btree (request_id);
CREATE INDEX targets_extending ON public.targets USING btree (extends) WHERE ((extends <> ''::text) AND (pending_until > 0));
CREATE INDEX targets_pending ON public.targets USING btree (pending_until) WHERE (pending_until > 0);
CREATE INDEX tokens_by_user ON public.tokens USING btree (user_id) WHERE (revoked_at = 0);
CREATE INDEX votes_by_target ON public.votes USING btree (target_id);
CREATE INDEX votes_by_voter ON public.votes USING btree (voter_id, target_id);
CREATE UNIQUE INDEX votes_once ON public.votes USING btree (target_id, voter_id) WHERE (NOT void);
CREATE TRIGGER elevations_insert_standing AFTER INSERT ON public.elevations FOR EACH ROW EXECUTE FUNCTION public.keep_standing();
CREATE TRIGGER elevations_move BEFORE INSERT OR DELETE OR UPDATE ON public.elevations FOR EACH ROW EXECUTE FUNCTION public.refuse_illegal_move('elevation');
CREATE TRIGGER elevations_reason BEFORE UPDATE ON public.elevations FOR EACH ROW EXECUTE FUNCTION public.keep_reason();
CREATE TRIGGER elevations_update_standing AFTER UPDATE ON public.elevations FOR EACH ROW WHEN (((old.state <> new.state) OR (old.reason <> new.reason))) EXECUTE FUNCTION public.keep_standing();
CREATE TRIGGER events_keep BEFORE DELETE OR UPDATE ON public.events FOR EACH ROW EXECUTE FUNCTION public.keep_event();
CREATE TRIGGER targets_insert_standing AFTER INSERT ON public.targets FOR EACH ROW EXECUTE FUNCTION public.keep_standing();
CREATE TRIGGER targets_move BEFORE INSERT OR DELETE OR UPDATE ON public.targets FOR EACH ROW EXECUTE FUNCTION public.refuse_illegal_move('decision');
CREATE TRIGGER targets_update_standing AFTER UPDATE ON public.targets FOR EACH ROW WHEN ((old.state <> new.state)) EXECUTE FUNCTION public.keep_standing();
ALTER TABLE ONLY public.elevations
    ADD CONSTRAINT elevations_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.requests(id);
ALTER TABLE ONLY public.elevations
    ADD CONSTRAINT elevations_target_id_fkey FOREIGN KEY (target_id) REFERENCES public.targets(id);
ALTER TABLE ONLY public.policies
    ADD CONSTRAINT policies_kind_id_version_fkey FOREIGN KEY (kind, id, version) REFERENCES public.policy_versions(kind, id, version);
ALTER TABLE ONLY public.targets
    ADD CONSTRAINT targets_request_id_fkey FOREIGN KEY (request_id) REFERENCES public.requests(id);
ALTER TABLE ONLY public.votes
    ADD CONSTRAINT votes_target_id_fkey FOREIGN KEY (target_id) REFERENCES public.targets(id);
