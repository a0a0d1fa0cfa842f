package fcvm.fuse;

import fcvm.linux.Errno;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Requests for locks that others hold, in the order in which they came. They cost no thread each:
/// one tries them all again whenever a lock was given up here, and every few milliseconds, since
/// the host's own programs do not say when they give one up. It ends when nobody waits.
///
/// Any thread. What is called from outside never waits for an answer to be taken.
final class LockQueue {
  private static final long RETRY_MILLIS = 20;

  /// Interrupts that came before the request that they are meant for.
  private static final int EARLY_INTERRUPTS = 64;

  /// Sets a lock, or fails with EAGAIN.
  @FunctionalInterface
  interface Attempt {
    void run() throws FuseException;
  }

  private record Waiting(long unique, FuseMessage message, Attempt attempt) {}

  private record Answer(Waiting waiting, int errno) {}

  private final List<Waiting> waiting = new ArrayList<>();
  private final Deque<Long> early = new ArrayDeque<>();
  private @Nullable Thread thread;
  private boolean isWoken;
  private boolean isAnswering;

  /// Answers the request when the attempt succeeds, or fails for another reason.
  void add(long unique, FuseMessage message, Attempt attempt) {
    Waiting request = new Waiting(unique, message, attempt);
    boolean isInterrupted;
    synchronized (this) {
      isInterrupted = early.remove(unique);
      if (!isInterrupted) {
        waiting.add(request);
        isWoken = true;
        if (thread == null) {
          thread = Thread.ofPlatform().daemon().name("fuse locks").start(this::serve);
        }
        notifyAll();
      }
    }
    if (isInterrupted) {
      message.done(send(new Answer(request, Errno.EINTR.number()), new Reply()));
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
        waiting.set(i, new Waiting(unique, request.message(), LockQueue::interrupted));
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

  private static void interrupted() throws FuseException {
    throw new FuseException(Errno.EINTR);
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

  private void tryAll(List<Answer> answers) {
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting request = all.next();
      int errno = 0;
      try {
        request.attempt().run();
      } catch (FuseException e) {
        errno = e.errno();
      }
      if (errno != Errno.EAGAIN.number()) {
        answers.add(new Answer(request, errno));
        all.remove();
      }
    }
  }
}
