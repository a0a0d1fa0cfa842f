package fcvm.fuse;

import fcvm.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Requests for locks that others hold, in the order in which they came. They cost no thread each:
/// one tries them all again whenever a lock was given up here, and every few milliseconds, since
/// the host's own programs do not say when they give one up. It ends when nobody waits.
///
/// Any thread. What is called from outside never waits for an answer to be taken.
final class LockQueue {
  private static final long RETRY_MILLIS = 20;

  /// Who waits keeps a place in the guest's queue, of 512. Without room for the one who gives the
  /// lock up, all would wait for ever.
  static final int MOST_WAITING = 256;

  /// Interrupts that came before the request that they are meant for.
  private static final int EARLY_INTERRUPTS = 64;

  /// A lock that somebody wants.
  interface Attempt {
    /// Sets it, or fails with EAGAIN.
    void run() throws FuseException;

    /// Who wants it.
    long owner();

    /// Owners whose locks are in its way; none for locks that the kernel lets deadlock, too.
    Set<Long> inTheWay() throws FuseException;
  }

  private record Waiting(
      long unique, FuseMessage message, Attempt attempt, boolean isInterrupted) {}

  private record Answer(Waiting waiting, int errno) {}

  private final List<Waiting> waiting = new ArrayList<>();
  private final Deque<Long> early = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean isWoken;
  private boolean isAnswering;

  /// Answers the request when the attempt succeeds, or fails for another reason.
  ///
  /// @throws FuseException EDEADLK if those in the way wait for this owner, EINTR if an interrupt
  ///   came first, ENOLCK if too many wait already; then it is not kept
  synchronized void add(long unique, FuseMessage message, Attempt attempt) throws FuseException {
    if (early.remove(unique)) {
      throw new FuseException(Errno.EINTR);
    }
    if (waiting.size() >= MOST_WAITING) {
      throw new FuseException(Errno.ENOLCK);
    }
    demandNoCircle(attempt);
    waiting.add(new Waiting(unique, message, attempt, false));
    isWoken = true;
    if (thread == null) {
      thread = Thread.ofPlatform().daemon().name("fuse locks").start(this::serve);
    }
    notifyAll();
  }

  /// As the kernel does for its own: who waits must not be waited for by who is in the way, or by
  /// who is in their way, and so on.
  private void demandNoCircle(Attempt wanted) throws FuseException {
    Set<Long> seen = new HashSet<>();
    Deque<Attempt> open = new ArrayDeque<>();
    for (Attempt attempt = wanted; attempt != null; attempt = open.poll()) {
      for (long holder : attempt.inTheWay()) {
        if (holder == wanted.owner()) {
          throw new FuseException(Errno.EDEADLK);
        }
        if (seen.add(holder)) {
          waiting.stream()
              .map(Waiting::attempt)
              .filter(other -> other.owner() == holder)
              .forEach(open::add);
        }
      }
    }
  }

  /// A lock may have been given up.
  synchronized void wake() {
    if (!waiting.isEmpty()) {
      isWoken = true;
      notifyAll();
    }
  }

  /// Ends the wait of a request: EINTR.
  synchronized void interrupt(long unique) {
    for (int i = 0; i < waiting.size(); i++) {
      Waiting request = waiting.get(i);
      if (request.unique() == unique) {
        waiting.set(i, new Waiting(unique, request.message(), request.attempt(), true));
        isWoken = true;
        notifyAll();
        return;
      }
    }
    if (early.size() == EARLY_INTERRUPTS) {
      early.remove();
    }
    early.add(unique);
  }

  /// Forgets all requests, which get no answer; when it returns, no answer is being written.
  synchronized void reset() {
    waiting.clear();
    early.clear();
    notifyAll();
    boolean wasInterrupted = false;
    while (isAnswering) {
      try {
        wait();
      } catch (InterruptedException e) {
        // Memory must not be released under an answer, so the interrupt waits.
        wasInterrupted = true;
      }
    }
    if (wasInterrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve() {
    Reply reply = new Reply();
    for (List<Answer> answers = next(); answers != null; answers = next()) {
      long[] written = answers.stream().mapToLong(answer -> send(answer, reply)).toArray();
      synchronized (this) {
        isAnswering = false;
        notifyAll();
      }
      for (int i = 0; i < written.length; i++) {
        answers.get(i).waiting().message().done(written[i]);
      }
    }
  }

  private static long send(Answer answer, Reply reply) {
    reply.start(answer.waiting().message().reply());
    long unique = answer.waiting().unique();
    return answer.errno() == 0 ? reply.send(unique) : reply.fail(unique, answer.errno());
  }

  /// The next answers; null if nobody waits any more.
  private synchronized @Nullable List<Answer> next() {
    List<Answer> answers = new ArrayList<>();
    while (answers.isEmpty()) {
      if (waiting.isEmpty()) {
        thread = null;
        return null;
      }
      if (!isWoken) {
        try {
          wait(RETRY_MILLIS);
        } catch (InterruptedException e) {
          // Nobody interrupts this thread; if somebody does, it looks again.
          isWoken = true;
        }
      }
      isWoken = false;
      tryAll(answers);
    }
    isAnswering = true;
    return answers;
  }

  private static int run(Attempt attempt) {
    try {
      attempt.run();
      return 0;
    } catch (FuseException e) {
      return e.errno();
    }
  }

  private void tryAll(List<Answer> answers) {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting request = all.next();
      int errno = request.isInterrupted() ? Errno.EINTR.number() : run(request.attempt());
      if (errno != Errno.EAGAIN.number()) {
        answers.add(new Answer(request, errno));
        all.remove();
      }
    }
  }
}
