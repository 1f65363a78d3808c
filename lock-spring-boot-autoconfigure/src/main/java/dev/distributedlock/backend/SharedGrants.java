package dev.distributedlock.backend;

/**
 * A {@link LockBackend} that can grant a lock to several owners at a time, as
 * {@link AcquireCommand#maxHolders()} allows: readers, and holders of permits.
 * <p>
 * <strong>Contract.</strong> An owner is granted the lock if fewer hold it than its own
 * limit and than the limit of everyone who holds it. Each grant has a lease and a token
 * of its own, larger than all before: one holder that dies, is late or lets go has no
 * influence on the others. In a {@link WaitQueue} nobody overtakes, also not who could
 * share the lock with its holders while somebody in front cannot, so that those who want
 * it alone get it. When the lock can go to the first of the queue it goes to those behind
 * it as well, as far as they can share it.
 */
public interface SharedGrants {

}
