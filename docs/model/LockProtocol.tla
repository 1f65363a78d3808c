---------------------------- MODULE LockProtocol ----------------------------
(***************************************************************************)
(* The protocol by which threads of several JVMs share one lock: acquire,  *)
(* enlist, grant, claim, renew, pass, exchange, release, expiry; with      *)
(* messages that are late or lost, pauses, crashes and callers who give up *)
(* at any moment.  README.md beside this file says how to read and run it, *)
(* what it leaves out and what it does not prove.                          *)
(*                                                                         *)
(* Time is counted down, so that no state holds an absolute time: 'ttl' is *)
(* what is left of a lease in the store, 'left' what is left of a validity *)
(* in a JVM.  A validity starts to count when the command is *sent*.       *)
(*                                                                         *)
(* An acquisition is one caller's way to the lock; its number is its owner *)
(* id and is used once.  Acquisitions of a JVM join its line in the order  *)
(* of their numbers, which loses nothing, as they are all alike.           *)
(***************************************************************************)
EXTENDS Naturals, Sequences, FiniteSets

CONSTANTS
    Lines,      \* how many acquisitions each JVM makes, a sequence
    Lease,      \* the full lease, in ticks
    Claim,      \* the short lease of a pushed grant, at most Lease
    Margin,     \* by how much a JVM stops believing earlier; 0 is a planted bug
    Range,      \* tokens per grant
    MaxPasses,  \* local hand-overs per grant
    MaxFaults,  \* how many faults happen at most
    Crashes,    \* whether JVMs crash
    Quick,      \* whether commands reach the store in no time, and only answers take some
    Renews,     \* whether holds are renewed
    Writes,     \* whether sections write to a resource that checks tokens
    Bugs        \* planted bugs, a set of strings

VARIABLES
    store,      \* lock, queue, last token; one atomic script changes it
    pushes,     \* pushed grants under way
    late,       \* acquire commands whose sender gave up on them, still under way
    phase,      \* of each acquisition: new, line, handed, held, lost, done
    ask,        \* its attempt under way: none, sent, granted, denied
    due,        \* whether an attempt is due without the poll (kept only if there is no poll)
    asked,      \* whether it has ever asked
    proof,      \* the last denial: when it was asked, and the token of the holder
    hold,       \* of each JVM: the grant which its first in line uses
    kept,       \* rest of a lost token range (a planted bug)
    renewal,    \* of each JVM: the renewal under way
    duty,       \* owners to be released in the background
    up,         \* JVMs that have not crashed
    faults,     \* faults that may still happen
    excused,    \* owners with a command that came after its sender gave up on it
    history     \* what the properties need to know of the past

vars == <<store, pushes, late, phase, ask, due, asked, proof, hold, kept, renewal, duty, up,
          faults, excused, history>>

-----------------------------------------------------------------------------
(* Lines for the configurations, which cannot write sequences. *)
Lines2 == <<2>>
Lines11 == <<1, 1>>
Lines21 == <<2, 1>>
Lines22 == <<2, 2>>

Jvms == 1..Len(Lines)

RECURSIVE Before(_)
Before(j) == IF j = 1 THEN 0 ELSE Before(j - 1) + Lines[j - 1]

Acqs == 1..(Before(Len(Lines)) + Lines[Len(Lines)])

Home == [a \in Acqs |-> CHOOSE j \in Jvms : Before(j) < a /\ a <= Before(j) + Lines[j]]

Members == [j \in Jvms |-> {a \in Acqs : Home[a] = j}]

Bug(name) == name \in Bugs

Max(x, y) == IF x > y THEN x ELSE y
Min(S) == CHOOSE x \in S : \A y \in S : x <= y
Without(seq, a) == SelectSeq(seq, LAMBDA x : x # a)
In(seq, a) == \E i \in 1..Len(seq) : seq[i] = a

Free == [s |-> 0, tok |-> 0, ttl |-> 0]
NoHold == [s |-> 0, tok |-> 0, last |-> 0, left |-> 0, passes |-> 0]
NoAsk == [st |-> "none", left |-> 0, prev |-> 0, tok |-> 0]
NoProof == [tok |-> 0, left |-> 0]
NoRenewal == [st |-> "none", s |-> 0, left |-> 0]

Init ==
    /\ store = [lock |-> Free, queue |-> <<>>, counter |-> 0]
    /\ pushes = {} /\ late = {}
    \* The first of each line stands there: as long as it has not asked, nobody can tell.
    /\ phase = [a \in Acqs |-> IF a = Min(Members[Home[a]]) THEN "line" ELSE "new"]
    /\ ask = [a \in Acqs |-> NoAsk]
    /\ due = [a \in Acqs |-> TRUE]
    /\ asked = [a \in Acqs |-> FALSE]
    /\ proof = [a \in Acqs |-> NoProof]
    /\ hold = [j \in Jvms |-> NoHold]
    /\ kept = [j \in Jvms |-> NoProof]
    /\ renewal = [j \in Jvms |-> NoRenewal]
    /\ duty = {} /\ up = Jvms /\ faults = MaxFaults /\ excused = {}
    /\ history = [newest |-> 0, ordered |-> TRUE, arrived |-> <<>>, fifo |-> TRUE,
                  seen |-> 0, fenced |-> TRUE]

-----------------------------------------------------------------------------
(* The line of a JVM: who has joined and not left, by number. *)
InLine(a) == phase[a] \in {"line", "handed", "held"}
LineOf(j) == {a \in Members[j] : InLine(a)}
First(j) == IF LineOf(j) = {} THEN 0 ELSE Min(LineOf(j))
IsFirst(a) == InLine(a) /\ First(Home[a]) = a
Next2(j, a) == LET S == {b \in LineOf(j) : b > a} IN IF S = {} THEN 0 ELSE Min(S)

Using(a) == phase[a] \in {"handed", "held"}
Valid(j) == hold[j].left > 0 /\ First(j) # 0 /\ Using(First(j))

(* Somebody uses the grant of an owner, or still wants it. *)
Live(s) == \/ phase[s] = "line"
           \/ hold[Home[s]].s = s /\ \E a \in Members[Home[s]] : Using(a)

-----------------------------------------------------------------------------
(* The store.  World = what one script can change. *)
World == [lock |-> store.lock, queue |-> store.queue, counter |-> store.counter,
          pushes |-> pushes, arrived |-> history.arrived, fifo |-> history.fifo]

(* A pushed grant that cannot matter any more, since nobody wants it and the store *)
(* has moved on, is forgotten at once, to have fewer states.                       *)
Become(w) ==
    /\ store' = [lock |-> w.lock, queue |-> w.queue, counter |-> w.counter]
    /\ pushes' = {m \in w.pushes : phase[m.s] = "line" \/ w.lock.s = m.s}

Grant(w, a, ttl) ==
    LET ahead == {i \in 1..Len(w.arrived) : \A k \in 1..i : w.arrived[k] # a}
    IN [w EXCEPT !.lock = [s |-> a, tok |-> w.counter + 1, ttl |-> ttl],
                 !.counter = @ + Range,
                 !.queue = Without(@, a),
                 !.fifo = @ /\ (phase[a] = "line" => \A i \in ahead : phase[w.arrived[i]] # "line"),
                 !.arrived = Without(@, a)]

Push(w, a) == [w EXCEPT !.pushes = @ \cup {[s |-> a, tok |-> w.lock.tok]}]

(* The head is granted the lock and told so; one that nobody can be told for *)
(* may be passed over, if the store knows.                                   *)
GrantHead(w) ==
    IF w.lock.s # 0 \/ w.queue = <<>> THEN {w}
    ELSE LET Gone(i) == Home[w.queue[i]] \notin up
             heads == {k \in 1..Len(w.queue) : \A i \in 1..(k - 1) : Gone(i)}
         IN {LET h == w.queue[k]
                 rest == [w EXCEPT !.queue = SubSeq(@, k + 1, Len(@))]
             IN Push(Grant(rest, h, Claim), h) : k \in heads}
            \cup (IF \A i \in 1..Len(w.queue) : Gone(i) THEN {[w EXCEPT !.queue = <<>>]} ELSE {})

Enlist(w, a) == IF In(w.queue, a) THEN w ELSE [w EXCEPT !.queue = Append(@, a)]

Acquire(w0, a, prev) ==
    LET w1 == IF prev # 0 /\ w0.lock.s = prev THEN [w0 EXCEPT !.lock = Free] ELSE w0
        w == IF phase[a] = "line" /\ ~In(w1.arrived, a) /\ w1.lock.s # a
             THEN [w1 EXCEPT !.arrived = Append(@, a)] ELSE w1
    IN IF w.lock.s = a
       THEN {[w EXCEPT !.lock.ttl = Max(@, Lease)]}
       ELSE IF w.lock.s # 0
       THEN {Enlist(w, a)}
       ELSE IF w.queue = <<>> \/ Head(w.queue) = a \/ Bug("barging")
       THEN {Grant(w, a, Lease)}
       ELSE {IF g.lock.s = a THEN [g EXCEPT !.lock.ttl = Lease] ELSE g : g \in GrantHead(Enlist(w, a))}

Release(w, s) ==
    IF w.lock.s = s \/ (Bug("release-any-owner") /\ w.lock.s # 0)
    THEN GrantHead([w EXCEPT !.lock = Free])
    ELSE {[w EXCEPT !.queue = Without(@, s), !.arrived = Without(@, s)]}

Changed(w) == history' = [history EXCEPT !.arrived = w.arrived, !.fifo = w.fifo]

-----------------------------------------------------------------------------
(* Acquisitions. *)
Join(a) ==
    /\ phase[a] = "new" /\ Home[a] \in up
    /\ \A b \in Members[Home[a]] : b < a => phase[b] # "new"
    /\ phase' = [phase EXCEPT ![a] = "line"]
    /\ UNCHANGED <<store, pushes, late, ask, due, asked, proof, hold, kept, renewal, duty, up, faults,
                   excused, history>>

(* Of an attempt that is under way when its acquisition needs it no more, only *)
(* what it may do to the store counts: forget the rest, to have fewer states.  *)
Idle(q) == [q EXCEPT !.left = 0, !.tok = 0]

(* Who is not in use may be released, as soon as an answer says that the store *)
(* knows of it.                                                                *)
Undone(a) == IF Home[a] \notin up \/ hold[Home[a]].s = a \/ First(Home[a]) = a THEN {} ELSE {a}

Send(a, prev) == [st |-> "sent", left |-> Lease - Margin, prev |-> prev, tok |-> 0]

(* At first at once, then as a poll: whenever it likes. *)
Attempt(a) ==
    /\ IsFirst(a) /\ phase[a] = "line" /\ ask[a].st = "none"
    /\ Bug("no-poll") => due[a]
    /\ ask' = [ask EXCEPT ![a] = Send(a, 0)]
    /\ asked' = [asked EXCEPT ![a] = TRUE]
    /\ due' = IF Bug("no-poll") THEN [due EXCEPT ![a] = FALSE] ELSE due
    /\ UNCHANGED <<store, pushes, late, phase, proof, hold, kept, renewal, duty, up, faults, excused,
                   history>>

Arrive(a) ==
    /\ ask[a].st = "sent"
    /\ \E w \in Acquire(World, a, ask[a].prev) :
        /\ Become(w) /\ Changed(w)
        /\ ask' = [ask EXCEPT ![a] = IF w.lock.s = a
                                     THEN [@ EXCEPT !.st = "granted", !.prev = 0, !.tok = w.lock.tok]
                                     ELSE IF Home[a] \notin up THEN NoAsk
                                     ELSE IF phase[a] # "line" THEN [NoAsk EXCEPT !.st = "denied"]
                                     ELSE [@ EXCEPT !.st = "denied", !.prev = 0, !.tok = w.lock.tok]]
        /\ duty' = IF ask[a].prev # 0 /\ store.lock.s # ask[a].prev THEN duty \cup Undone(ask[a].prev) ELSE duty
    /\ UNCHANGED <<late, phase, due, asked, proof, hold, kept, renewal, up, faults, excused>>

(* Take a grant into use; what was kept of an old range is a planted bug. *)
Use(a, tok, left) ==
    LET j == Home[a]
        old == kept[j].tok # 0
    IN /\ phase' = [phase EXCEPT ![a] = "handed"]
       /\ hold' = [hold EXCEPT ![j] = [s |-> a, tok |-> IF old THEN kept[j].tok ELSE tok,
                                       last |-> tok + Range - 1, left |-> left, passes |-> 0]]
       /\ kept' = [kept EXCEPT ![j] = NoProof]
       /\ proof' = [proof EXCEPT ![a] = NoProof]
       /\ asked' = [asked EXCEPT ![a] = FALSE]
       /\ pushes' = {m \in pushes : m.s # a}

AnswerGranted(a) ==
    /\ ask[a].st = "granted"
    /\ ask' = [ask EXCEPT ![a] = NoAsk]
    /\ IF phase[a] = "line"
       THEN IF ask[a].left > 0
            THEN Use(a, ask[a].tok, ask[a].left) /\ UNCHANGED <<due, duty>>
            ELSE due' = [due EXCEPT ![a] = TRUE] /\ UNCHANGED <<pushes, phase, asked, hold, kept, proof, duty>>
       ELSE /\ duty' = IF Bug("late-grant-ignored") THEN duty ELSE duty \cup Undone(a)
            /\ UNCHANGED <<pushes, phase, asked, hold, kept, proof, due>>
    /\ UNCHANGED <<store, late, renewal, up, faults, excused, history>>

(* What is left of a claim if the grant was made just after the attempt was sent. *)
ClaimLeft(left) == IF left > Lease - Claim THEN left - (Lease - Claim) ELSE 0

AnswerDenied(a) ==
    /\ ask[a].st = "denied"
    /\ ask' = [ask EXCEPT ![a] = NoAsk]
    /\ proof' = IF phase[a] = "line"
                THEN [proof EXCEPT ![a] = IF ClaimLeft(ask[a].left) = 0 /\ ~Bug("grant-from-receipt")
                                          THEN NoProof
                                          ELSE [tok |-> ask[a].tok, left |-> ClaimLeft(ask[a].left)]]
                ELSE proof
    /\ duty' = IF phase[a] = "line" \/ Bug("late-denial-ignored") THEN duty ELSE duty \cup Undone(a)
    /\ UNCHANGED <<store, pushes, late, phase, due, asked, hold, kept, renewal, up, faults,
                   excused, history>>

(* No answer in time: the command or the answer is lost, or the command comes later. *)
Fail(a) ==
    /\ faults > 0 /\ ask[a].st # "none"
    /\ faults' = faults - 1
    /\ ask' = [ask EXCEPT ![a] = NoAsk]
    /\ due' = [due EXCEPT ![a] = TRUE]
    /\ \/ late' = late /\ UNCHANGED excused
       \/ /\ ask[a].st = "sent"
          /\ late' = late \cup {[s |-> a, prev |-> ask[a].prev]}
          /\ excused' = excused \cup {a}
    /\ duty' = duty \cup (IF ask[a].prev # 0 /\ ~Bug("exchange-forgets") THEN {ask[a].prev} ELSE {})
                    \cup (IF phase[a] = "line" \/ hold[Home[a]].s = a THEN {} ELSE {a})
    /\ UNCHANGED <<store, pushes, phase, asked, proof, hold, kept, renewal, up, history>>

LateArrives(m) ==
    /\ late' = late \ {m}
    /\ \E w \in Acquire(World, m.s, m.prev) : Become(w) /\ Changed(w)
    /\ UNCHANGED <<phase, ask, due, asked, proof, hold, kept, renewal, duty, up, faults, excused>>

(* A message that never arrives is a lost one.                                 *)
(* A pushed grant is used if it was made after the denial, and then counts from *)
(* when the denied attempt was sent, which was before the grant.               *)
PushArrives(m) ==
    LET a == m.s
        j == Home[a]
        left == IF Bug("grant-from-receipt") THEN Claim - Margin ELSE proof[a].left
    IN /\ j \in up
       /\ IF phase[a] = "line"
          THEN IF proof[a].tok # 0 /\ (m.tok > proof[a].tok \/ Bug("old-grant-used")) /\ left > 0
               THEN /\ Use(a, m.tok, left)
                    /\ UNCHANGED <<ask, due, duty>>
               ELSE /\ due' = [due EXCEPT ![a] = TRUE]
                    /\ pushes' = pushes \ {m}
                    /\ UNCHANGED <<phase, ask, asked, hold, kept, proof, duty>>
          ELSE /\ duty' = IF hold[j].s = a \/ First(j) = a THEN duty ELSE duty \cup {a}
               /\ pushes' = pushes \ {m}
               /\ UNCHANGED <<phase, ask, asked, hold, kept, proof, due>>
       /\ UNCHANGED <<store, late, renewal, up, faults, excused, history>>

(* The caller's thread runs at last, and looks whether the grant is still valid. *)
Wake(a) ==
    LET h == hold[Home[a]]
    IN /\ phase[a] = "handed"
       /\ h.left > 0 \/ Bug("no-recheck")
       /\ phase' = [phase EXCEPT ![a] = "held"]
       /\ history' = [history EXCEPT !.ordered = @ /\ h.tok > history.newest,
                                     !.newest = Max(@, h.tok)]
       /\ UNCHANGED <<store, pushes, late, ask, due, asked, proof, hold, kept, renewal, duty, up,
                      faults, excused>>

(* The answer to a renewal of a hold that is over counts for nothing. *)
Forgotten(r) == IF r.st = "sent" THEN [r EXCEPT !.left = 0] ELSE NoRenewal

(* A hold is over before its section has begun: start again; after that: it is lost. *)
Drop(j) ==
    LET a == First(j)
        h == hold[j]
    IN /\ hold' = [hold EXCEPT ![j] = NoHold]
       /\ phase' = [phase EXCEPT ![a] = IF @ = "handed" THEN "line" ELSE IF Writes THEN "lost" ELSE "done"]
       /\ due' = [due EXCEPT ![a] = TRUE]
       /\ asked' = [asked EXCEPT ![a] = phase[a] = "handed"]
       /\ ask' = IF phase[a] = "handed" THEN ask ELSE [ask EXCEPT ![a] = Idle(@)]
       /\ duty' = IF phase[a] = "handed" /\ h.s = a THEN duty ELSE duty \cup {h.s}
       /\ kept' = IF Bug("range-kept") /\ h.tok < h.last
                  THEN [kept EXCEPT ![j] = [tok |-> h.tok + 1, left |-> 0]] ELSE kept

Lose(j) ==
    /\ First(j) # 0 /\ Using(First(j)) /\ hold[j].left = 0
    /\ Drop(j)
    /\ renewal' = [renewal EXCEPT ![j] = Forgotten(@)]
    /\ UNCHANGED <<store, pushes, late, proof, up, faults, excused, history>>

(* The section ends: hand over to the next of the line if that is allowed. *)
Pass(a) ==
    LET j == Home[a]
        h == hold[j]
        b == Next2(j, a)
    IN /\ phase[a] = "held" /\ IsFirst(a) /\ b # 0
       /\ h.left > 0 \/ Bug("pass-invalid")
       /\ h.passes < MaxPasses /\ h.tok < h.last
       /\ phase' = [phase EXCEPT ![a] = "done", ![b] = "handed"]
       /\ hold' = [hold EXCEPT ![j].tok = IF Bug("token-reused") THEN @ ELSE @ + 1,
                               ![j].passes = @ + 1,
                               ![j].left = IF Bug("pass-renews") THEN Lease - Margin ELSE @]
       /\ ask' = [ask EXCEPT ![a] = Idle(@)]
       /\ UNCHANGED <<store, pushes, late, due, asked, proof, kept, renewal, duty, up, faults,
                      excused, history>>

(* Else release and ask for the next of the line in one command. *)
Exchange(a) ==
    LET j == Home[a]
        b == Next2(j, a)
    IN /\ phase[a] = "held" /\ IsFirst(a) /\ b # 0 /\ hold[j].left > 0
       /\ phase' = [phase EXCEPT ![a] = "done"]
       /\ hold' = [hold EXCEPT ![j] = NoHold]
       /\ ask' = [ask EXCEPT ![a] = Idle(@), ![b] = Send(b, hold[j].s)]
       /\ renewal' = [renewal EXCEPT ![j] = Forgotten(@)]
       /\ asked' = [asked EXCEPT ![b] = TRUE]
       /\ due' = IF Bug("no-poll") THEN [due EXCEPT ![b] = FALSE] ELSE due
       /\ UNCHANGED <<store, pushes, late, proof, kept, duty, up, faults, excused, history>>

(* Else release. *)
Close(a) ==
    LET j == Home[a]
    IN /\ phase[a] = "held" /\ IsFirst(a) /\ Next2(j, a) = 0 /\ hold[j].left > 0
       /\ phase' = [phase EXCEPT ![a] = "done"]
       /\ hold' = [hold EXCEPT ![j] = NoHold]
       /\ duty' = duty \cup {hold[j].s}
       /\ ask' = [ask EXCEPT ![a] = Idle(@)]
       /\ renewal' = [renewal EXCEPT ![j] = Forgotten(@)]
       /\ UNCHANGED <<store, pushes, late, due, asked, proof, kept, up, faults, excused, history>>

(* A RELEASE in the background, repeated until answered. *)
ReleaseArrives(s, answered) ==
    /\ s \in duty
    /\ \E w \in Release(World, s) : Become(w) /\ Changed(w)
    /\ duty' = IF answered THEN duty \ {s} ELSE duty
    /\ UNCHANGED <<late, phase, ask, due, asked, proof, hold, kept, renewal, up, faults, excused>>

(* Time-out, interrupt, cancel, shutdown; impossible once a grant was faster. *)
GiveUp(a) ==
    /\ phase[a] = "line" \/ (Bug("successor-cancelled") /\ phase[a] = "handed")
    /\ phase' = [phase EXCEPT ![a] = "done"]
    /\ proof' = [proof EXCEPT ![a] = NoProof]
    /\ duty' = IF asked[a] /\ phase[a] = "line" THEN duty \cup {a} ELSE duty
    /\ asked' = [asked EXCEPT ![a] = FALSE]
    /\ ask' = [ask EXCEPT ![a] = Idle(@)]
    /\ UNCHANGED <<store, pushes, late, due, hold, kept, renewal, up, faults, excused,
                   history>>

Renew(j) ==
    /\ Renews /\ hold[j].s # 0 /\ renewal[j].st = "none"
    /\ renewal' = [renewal EXCEPT ![j] = [st |-> "sent", s |-> hold[j].s, left |-> Lease - Margin]]
    /\ UNCHANGED <<store, pushes, late, phase, ask, due, asked, proof, hold, kept, duty, up, faults,
                   excused, history>>

RenewArrives(j) ==
    LET held == store.lock.s = renewal[j].s
    IN /\ renewal[j].st = "sent"
       /\ renewal' = [renewal EXCEPT ![j] = IF hold[j].s # @.s THEN NoRenewal
                                            ELSE [@ EXCEPT !.st = IF held THEN "yes" ELSE "no"]]
       /\ store' = IF held THEN [store EXCEPT !.lock.ttl = Max(@, Lease)] ELSE store
       /\ excused' = IF held /\ ~Live(renewal[j].s) THEN excused \cup {renewal[j].s} ELSE excused
       /\ UNCHANGED <<pushes, late, phase, ask, due, asked, proof, hold, kept, duty, up, faults, history>>

RenewAnswered(j) ==
    LET mine == j \in up /\ hold[j].s = renewal[j].s /\ First(j) # 0 /\ Using(First(j))
    IN /\ renewal[j].st \in {"yes", "no"}
       /\ renewal' = [renewal EXCEPT ![j] = NoRenewal]
       /\ IF mine /\ renewal[j].st = "no"
          THEN Drop(j)
          ELSE /\ hold' = IF mine /\ hold[j].left > 0
                          THEN [hold EXCEPT ![j].left = IF Bug("renewal-from-receipt")
                                                        THEN Lease - Margin ELSE Max(@, renewal[j].left)]
                          ELSE hold
               /\ UNCHANGED <<phase, ask, due, asked, duty, kept>>
       /\ UNCHANGED <<store, pushes, late, proof, up, faults, excused, history>>

RenewFails(j) ==
    /\ renewal[j].st # "none"
    /\ renewal' = [renewal EXCEPT ![j] = NoRenewal]
    /\ UNCHANGED <<store, pushes, late, phase, ask, due, asked, proof, hold, kept, duty, up, faults,
                   excused, history>>

-----------------------------------------------------------------------------
(* Time, crashes, and a store that forgets its queue. *)
Less(n) == IF n > 0 THEN n - 1 ELSE 0

(* A lease that ends although somebody uses it, or wants it, is a fault. *)
LockAfter(left) == IF left = 0 THEN Free ELSE [store.lock EXCEPT !.ttl = left]
Expiring(left) ==
    /\ store' = [store EXCEPT !.lock = LockAfter(left)]
    /\ IF left = 0 /\ store.lock.s # 0 /\ Live(store.lock.s)
       THEN faults > 0 /\ faults' = faults - 1
       ELSE UNCHANGED faults

Tick ==
    /\ Expiring(Less(store.lock.ttl))
    /\ hold' = [j \in Jvms |-> [hold[j] EXCEPT !.left = Less(@)]]
    /\ ask' = [a \in Acqs |-> [ask[a] EXCEPT !.left = Less(@)]]
    /\ renewal' = [j \in Jvms |-> [renewal[j] EXCEPT !.left = Less(@)]]
    /\ proof' = [a \in Acqs |-> IF proof[a].left <= 1 /\ ~Bug("grant-from-receipt")
                                THEN NoProof ELSE [proof[a] EXCEPT !.left = Less(@)]]
    /\ UNCHANGED <<pushes, late, phase, due, asked, kept, duty, up, excused, history>>

(* The clock of the store may be ahead by up to one tick per lease. *)
ExpireEarly ==
    /\ store.lock.ttl = 1
    /\ Expiring(0)
    /\ UNCHANGED <<pushes, late, phase, ask, due, asked, proof, hold, kept, renewal, duty, up, excused,
                   history>>

Crash(j) ==
    /\ Crashes /\ j \in up /\ faults > 0
    /\ faults' = faults - 1
    /\ up' = up \ {j}
    /\ phase' = [a \in Acqs |-> IF Home[a] = j THEN "done" ELSE phase[a]]
    /\ hold' = [hold EXCEPT ![j] = NoHold]
    /\ proof' = [a \in Acqs |-> IF Home[a] = j THEN NoProof ELSE proof[a]]
    /\ duty' = duty \ Members[j]
    /\ ask' = [a \in Acqs |-> IF Home[a] # j THEN ask[a]
                              ELSE IF ask[a].st = "denied" THEN NoAsk ELSE Idle(ask[a])]
    /\ asked' = [a \in Acqs |-> asked[a] /\ Home[a] # j]
    /\ renewal' = [renewal EXCEPT ![j] = Forgotten(@)]
    /\ UNCHANGED <<store, pushes, late, due, kept, excused, history>>

QueueForgotten ==
    /\ faults > 0 /\ store.queue # <<>>
    /\ faults' = faults - 1
    /\ store' = [store EXCEPT !.queue = <<>>]
    /\ history' = [history EXCEPT !.arrived = <<>>]
    /\ UNCHANGED <<pushes, late, phase, ask, due, asked, proof, hold, kept, renewal, duty, up, excused>>

(* The resource takes a write unless it has seen a larger token.  A section whose *)
(* hold is lost goes on writing until it notices.                                *)
Write(a) ==
    LET tok == hold[Home[a]].tok
    IN /\ Writes /\ phase[a] = "held"
       /\ tok >= history.seen \/ Bug("no-fence")
       /\ history' = [history EXCEPT !.fenced = @ /\ tok >= history.seen,
                                     !.seen = Max(@, tok)]
       /\ UNCHANGED <<store, pushes, late, phase, ask, due, asked, proof, hold, kept, renewal, duty, up,
                      faults, excused>>

-----------------------------------------------------------------------------
OfAcquisition(a) ==
    \/ Join(a) \/ Attempt(a) \/ AnswerGranted(a) \/ AnswerDenied(a) \/ Fail(a) \/ Wake(a)
    \/ Pass(a) \/ Exchange(a) \/ Close(a) \/ GiveUp(a) \/ Write(a)
    \/ ReleaseArrives(a, TRUE) \/ ReleaseArrives(a, FALSE)

OfJvm(j) == Lose(j) \/ Renew(j) \/ RenewArrives(j) \/ RenewAnswered(j) \/ RenewFails(j) \/ Crash(j)

Next ==
    \/ \E a \in Acqs : Arrive(a)
    \/ /\ Quick => \A a \in Acqs : ask[a].st # "sent"
       /\ \/ \E a \in Acqs : OfAcquisition(a)
          \/ \E j \in Jvms : OfJvm(j)
          \/ \E m \in late : LateArrives(m)
          \/ \E m \in pushes : PushArrives(m)
          \/ Tick \/ ExpireEarly \/ QueueForgotten

(* Everything that can go on goes on, but no fault has to happen and no message   *)
(* but an answer has to arrive.  Strong fairness: answers are not too late forever. *)
Fairness ==
    /\ \A a \in Acqs : /\ WF_vars(\/ Attempt(a) \/ Arrive(a) \/ AnswerGranted(a) \/ AnswerDenied(a)
                                  \/ Pass(a) \/ Exchange(a) \/ Close(a))
                       /\ WF_vars(ReleaseArrives(a, TRUE))
                       /\ SF_vars(Wake(a))
                       /\ SF_vars(AnswerGranted(a) /\ ask[a].left > 0)
    /\ WF_vars(Tick \/ \E j \in Jvms : Lose(j))

Spec == Init /\ [][Next]_vars
FairSpec == Spec /\ Fairness

-----------------------------------------------------------------------------
(* The properties. *)

(* At no time do two acquisitions both have reason to believe that they hold. *)
MutualExclusion ==
    /\ Cardinality({j \in Jvms : Valid(j)}) <= 1
    /\ \A j \in Jvms : Cardinality({a \in Members[j] : Using(a)}) <= 1

(* Who believes that it holds is the one for whom the store keeps the lock. *)
ValidIsGranted ==
    \A j \in Jvms : Valid(j) => /\ store.lock.s = hold[j].s
                                /\ hold[j].tok >= store.lock.tok
                                /\ hold[j].tok <= store.lock.tok + Range - 1

(* Sections begin in the order of their tokens, and no two share one. *)
TokensIncrease == history.ordered

(* The resource never takes an older token after a newer one, ... *)
FencedOrder == history.fenced
(* ... and never refuses the one who holds. *)
HolderIsAccepted == \A j \in Jvms : Valid(j) => hold[j].tok >= history.seen

(* What the store keeps for nobody ends soon, or somebody is about to release it.  *)
(* Excused is what a crash left, or a command that came after it was given up and  *)
(* whose answer nobody hears: that ends with its lease, and nobody renews it.      *)
OrphanEndsSoon ==
    LET s == store.lock.s
    IN s # 0 /\ ~Live(s) => \/ store.lock.ttl <= Claim
                            \/ s \in duty
                            \/ ask[s].st \in {"sent", "granted"}
                            \/ \E b \in Acqs : ask[b].st = "sent" /\ ask[b].prev = s
                            \/ Home[s] \notin up
                            \/ s \in excused

(* Nor does anybody stand in the queue whom nobody is about to take out of it.     *)
NobodyQueuesForNobody ==
    \A i \in 1..Len(store.queue) :
        LET s == store.queue[i]
        IN ~Live(s) => \/ s \in duty
                       \/ ask[s].st # "none"
                       \/ \E b \in Acqs : ask[b].st = "sent" /\ ask[b].prev = s
                       \/ Home[s] \notin up
                       \/ s \in excused

(* A hold belongs to somebody, so that nothing is renewed for nobody. *)
NothingHeldForNobody == \A j \in Jvms : hold[j].s # 0 => \E a \in Members[j] : Using(a)

(* A release in the background never hits an owner that is used or will be used. *)
ReleaseIsFinal == \A s \in duty : ~Live(s)

(* Whoever reached the store first is served first, if still waiting. *)
Fifo == history.fifo

(* Nobody waits forever. *)
NobodyIsStranded == \A a \in Acqs : (phase[a] = "line") ~> (phase[a] # "line")
(* Nor does anything stay in the store when all is over. *)
LockIsFreeInTheEnd == []<>(store.lock = Free)
=============================================================================
