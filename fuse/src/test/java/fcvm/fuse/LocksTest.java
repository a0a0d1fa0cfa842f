package fcvm.fuse;

import static fcvm.fuse.FuseOpcode.*;
import static org.assertj.core.api.Assertions.assertThat;

import fcvm.linux.Errno;
import org.junit.jupiter.api.Test;

class LocksTest extends FuseTestCase {
  private static final int F_RDLCK = 0;
  private static final int F_WRLCK = 1;
  private static final int F_UNLCK = 2;
  private static final int FLOCK = 1;

  private static Object[] lock(
      MockKernel.File file, long owner, long start, long end, int type, int flags) {
    return new Object[] {file.handle(), owner, start, end, type, 99, flags, 0};
  }

  private static Errno set(
      MockKernel guest, MockKernel.File file, long owner, long start, long end, int type) {
    return guest.error(FUSE_SETLK, file.node(), lock(file, owner, start, end, type, 0));
  }

  @Test
  void ownersExcludeEachOtherUntilTheyClose() {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    assertThat(set(kernel, file, 1, 0, 9, F_WRLCK)).isNull();
    assertThat(set(kernel, file, 1, 5, 20, F_WRLCK)).as("its own").isNull();
    assertThat(set(kernel, file, 2, 20, 30, F_RDLCK)).isEqualTo(Errno.EAGAIN);
    assertThat(set(kernel, file, 2, 21, 30, F_RDLCK)).isNull();
    MockKernel.Answer other =
        kernel.call(FUSE_GETLK, file.node(), lock(file, 2, 0, Long.MAX_VALUE, F_WRLCK, 0));
    assertThat(other.u64(0)).isZero();
    assertThat(other.u64(8)).isEqualTo(20);
    assertThat(other.u32(16)).isEqualTo(F_WRLCK);
    MockKernel.Answer none =
        kernel.call(FUSE_GETLK, file.node(), lock(file, 2, 40, 50, F_WRLCK, 0));
    assertThat(none.u32(16)).isEqualTo(F_UNLCK);
    kernel.call(FUSE_FLUSH, file.node(), file.handle(), 0, 0, 1L);
    assertThat(set(kernel, file, 2, 0, 9, F_WRLCK)).as("a close ends them").isNull();
    assertThat(set(kernel, file, 3, 5, 4, F_WRLCK)).isEqualTo(Errno.EINVAL);
    assertThat(set(kernel, file, 3, 0, 1, 7)).isEqualTo(Errno.EINVAL);
  }

  @Test
  void twoGuestsExcludeEachOther() throws Exception {
    MockKernel.File mine = kernel.create(ROOT, "a", O_RDWR, 0600);
    MockKernel second = MockKernel.mount(directory);
    MockKernel.File theirs = second.open(second.lookup(ROOT, "a"), O_RDWR);
    assertThat(set(second, theirs, 1, 0, 9, F_WRLCK)).isNull();
    assertThat(set(kernel, mine, 1, 0, 9, F_WRLCK)).isEqualTo(Errno.EAGAIN);
    Object[] exclusive = lock(theirs, 1, 0, 0, F_WRLCK, FLOCK);
    assertThat(second.error(FUSE_SETLK, theirs.node(), exclusive)).isNull();
    Object[] shared = lock(mine, 1, 0, 0, F_RDLCK, FLOCK);
    assertThat(kernel.error(FUSE_SETLK, mine.node(), shared)).isEqualTo(Errno.EAGAIN);
    MockKernel.Message waiting = kernel.message(FUSE_SETLKW, mine.node(), 500, shared);
    kernel.server.serve(waiting);
    assertThat(waiting.isDone()).isFalse();
    second.close();
    assertThat(waiting.answer().errno()).as("a guest that ends gives up its locks").isZero();
    assertThat(set(kernel, mine, 1, 0, 9, F_WRLCK)).isNull();
  }

  @Test
  void waitsWithoutAThreadAndCanBeInterrupted() {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    set(kernel, file, 1, 0, 9, F_WRLCK);
    MockKernel.Message interrupted =
        kernel.message(FUSE_SETLKW, file.node(), 501, lock(file, 2, 0, 9, F_WRLCK, 0));
    MockKernel.Message patient =
        kernel.message(FUSE_SETLKW, file.node(), 502, lock(file, 3, 0, 9, F_WRLCK, 0));
    kernel.server.serve(interrupted);
    kernel.server.serve(patient);
    assertThat(kernel.call(FUSE_INTERRUPT, 0, 501L)).isNull();
    assertThat(interrupted.answer().error()).isEqualTo(Errno.EINTR);
    assertThat(patient.isDone()).isFalse();
    set(kernel, file, 1, 0, 9, F_UNLCK);
    assertThat(patient.answer().errno()).isZero();
    assertThat(set(kernel, file, 1, 0, 9, F_WRLCK)).isEqualTo(Errno.EAGAIN);
  }

  @Test
  void anInterruptMayComeFirst() {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    set(kernel, file, 1, 0, 9, F_WRLCK);
    kernel.call(FUSE_INTERRUPT, 0, 600L);
    MockKernel.Message waiting =
        kernel.message(FUSE_SETLKW, file.node(), 600, lock(file, 2, 0, 9, F_WRLCK, 0));
    kernel.server.serve(waiting);
    assertThat(waiting.answer().error()).isEqualTo(Errno.EINTR);
  }

  private MockKernel.Message waitFor(MockKernel.File file, long id, long owner, long start) {
    MockKernel.Message waiting =
        kernel.message(
            FUSE_SETLKW, file.node(), id, lock(file, owner, start, start + 9, F_WRLCK, 0));
    kernel.server.serve(waiting);
    return waiting;
  }

  @Test
  void whoWaitsInACircleIsToldSo() {
    MockKernel.File a = kernel.create(ROOT, "a", O_RDWR, 0600);
    MockKernel.File b = kernel.create(ROOT, "b", O_RDWR, 0600);
    set(kernel, a, 1, 0, 9, F_WRLCK);
    set(kernel, a, 2, 10, 19, F_WRLCK);
    set(kernel, b, 3, Long.MAX_VALUE, Long.MAX_VALUE, F_RDLCK);
    set(kernel, b, 3, 0, 9, F_WRLCK);
    MockKernel.Message first = waitFor(a, 801, 1, 10);
    MockKernel.Message second = waitFor(b, 802, 2, 0);
    assertThat(waitFor(a, 803, 4, 0).isDone()).as("not in the circle").isFalse();
    assertThat(waitFor(a, 804, 3, 20).answer().errno()).as("nobody is in the way").isZero();
    assertThat(waitFor(a, 805, 3, 0).answer().error()).isEqualTo(Errno.EDEADLK);
    assertThat(first.isDone()).isFalse();
    assertThat(second.isDone()).isFalse();
    kernel.call(FUSE_FLUSH, b.node(), b.handle(), 0, 0, 3L);
    assertThat(second.answer().errno()).as("the one who was told gave up").isZero();
    set(kernel, a, 2, 10, 19, F_UNLCK);
    assertThat(first.answer().errno()).isZero();
  }

  @Test
  void locksOfAnOpenFileEndWithIt() {
    MockKernel.File mine = kernel.create(ROOT, "a", O_RDWR, 0600);
    MockKernel.File other = kernel.open(mine.node(), O_RDWR);
    assertThat(set(kernel, mine, 77, 0, 9, F_WRLCK)).isNull();
    assertThat(set(kernel, other, 78, 0, 9, F_WRLCK)).isEqualTo(Errno.EAGAIN);
    kernel.release(new MockKernel.File(ROOT, mine.handle()));
    assertThat(set(kernel, other, 78, 0, 9, F_WRLCK)).as("not its handle").isEqualTo(Errno.EAGAIN);
    MockKernel.Message waiting = waitFor(other, 810, 78, 0);
    kernel.release(mine);
    assertThat(waiting.answer().errno()).as("no FUSE_FLUSH says that it ended").isZero();
    assertThat(set(kernel, mine, 77, 0, 9, F_WRLCK)).isEqualTo(Errno.EBADF);
  }

  @Test
  void theRangesOfAllFilesAreBounded() {
    int given = 0;
    Errno error = null;
    MockKernel.File last = null;
    for (int i = 0; i < 100 && error == null; i++) {
      last = kernel.create(ROOT, "f" + i, O_RDWR, 0600);
      for (int at = 0; at < 1024 && error == null; at++) {
        error = set(kernel, last, 1, 2L * at, 2L * at, F_WRLCK);
        given++;
      }
    }
    assertThat(error).isEqualTo(Errno.ENOLCK);
    assertThat(given).isBetween(1 << 15, 1 << 16);
    assertThat(set(kernel, last, 1, 0, Long.MAX_VALUE, F_UNLCK)).as("giving all up").isNull();
    assertThat(set(kernel, last, 1, 0, 0, F_WRLCK)).isIn(null, Errno.ENOLCK);
    for (int i = 0; i < 20; i++) {
      kernel.call(FUSE_FLUSH, kernel.lookup(ROOT, "f" + i), open("f" + i).handle(), 0, 0, 1L);
    }
    assertThat(set(kernel, last, 1, 0, 0, F_WRLCK)).as("counted anew").isNull();
  }

  private MockKernel.File open(String name) {
    return kernel.open(kernel.lookup(ROOT, name), O_RDWR);
  }

  @Test
  void manyWaitersKeepNobodyElseWaiting() {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    set(kernel, file, 1, 0, 9, F_WRLCK);
    int threads = Thread.activeCount();
    for (int i = 0; i < LockQueue.MOST_WAITING; i++) {
      assertThat(waitFor(file, 1000 + i, 10 + i % 50, 0).isDone()).isFalse();
    }
    // The guest's queue must have room for who gives the lock up.
    assertThat(waitFor(file, 9000, 10, 0).answer().error()).isEqualTo(Errno.ENOLCK);
    assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 1);
    assertThat(kernel.write(file, 0, "others work")).isEqualTo(11);
    kernel.server.reset();
  }

  @Test
  void aResetLeavesNobodyWaiting() {
    MockKernel.File file = kernel.create(ROOT, "a", O_RDWR, 0600);
    set(kernel, file, 1, 0, 9, F_WRLCK);
    MockKernel.Message waiting =
        kernel.message(FUSE_SETLKW, file.node(), 700, lock(file, 2, 0, 9, F_WRLCK, 0));
    kernel.server.serve(waiting);
    kernel.server.reset();
    assertThat(waiting.isDone()).as("dropped").isFalse();
    assertThat(kernel.attr(ROOT).error()).as("before FUSE_INIT").isEqualTo(Errno.EIO);
  }
}
