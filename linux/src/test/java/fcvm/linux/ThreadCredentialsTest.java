package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreadCredentialsTest {
  @TempDir Path directory;

  private int make(Fd in, String name) {
    try (Arena arena = Arena.ofConfined()) {
      return DirectoryEntry.makeDirectory(in, arena.allocateFrom(name), 0777);
    }
  }

  private Object attribute(String name, String attribute) throws Exception {
    return Files.getAttribute(directory.resolve(name), "unix:" + attribute);
  }

  @Test
  void areTheThreadsOwnAndEnd() throws Exception {
    assumeTrue(ThreadCredentials.isRoot(), "only root can become somebody else");
    try (Fd in = Fd.open(directory.toString(), Fd.O_PATH)) {
      ThreadCredentials me = new ThreadCredentials();
      me.umask(022);
      CountDownLatch isSomebodyElse = new CountDownLatch(1);
      Thread other =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  isSomebodyElse.await();
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
                make(in, "another thread's");
              });
      assertThat(me.become(1001, 1002, -1, true)).isZero();
      assertThat(make(in, "theirs")).as("reaches all").isZero();
      isSomebodyElse.countDown();
      other.join();
      me.restore();
      assertThat(me.become(1001, 1002, -1, false)).isZero();
      assertThat(make(in, "refused")).isEqualTo(-Errno.EACCES.number());
      me.restore();
      assertThat(make(in, "mine")).isZero();
      assertThat(me.become(-1, 0, -1, true)).isEqualTo(-Errno.EINVAL.number());
      me.restore();
    }
    assertThat(attribute("theirs", "uid")).isEqualTo(1001);
    assertThat(attribute("theirs", "gid")).isEqualTo(1002);
    assertThat(attribute("another thread's", "uid")).isEqualTo(0);
    assertThat(attribute("mine", "uid")).isEqualTo(0);
  }

  @Test
  void theUmaskIsTheThreadsOwn() throws Exception {
    try (Fd in = Fd.open(directory.toString(), Fd.O_PATH)) {
      Thread other =
          Thread.ofPlatform()
              .unstarted(() -> {
                try {
                  new ThreadCredentials().umask(0777);
                } catch (LinuxException e) {
                  throw new AssertionError(e);
                }
                make(in, "theirs");
              });
      other.start();
      other.join();
      make(in, "mine");
    }
    assertThat((int) attribute("theirs", "mode") & 0777).isZero();
    assertThat((int) attribute("mine", "mode") & 0777).isNotZero();
  }

  @Test
  void anEntryIsBeneathItsDirectoryAndNoLink() throws Exception {
    Files.createSymbolicLink(directory.resolve("link"), Path.of("/etc/passwd"));
    try (Fd in = Fd.open(directory.toString(), Fd.O_PATH);
        Arena arena = Arena.ofConfined()) {
      assertThat(open(in, arena.allocateFrom("link"), Fd.O_RDONLY)).isEqualTo(Errno.ELOOP);
      assertThat(open(in, arena.allocateFrom("../x"), Fd.O_RDONLY)).isEqualTo(Errno.EXDEV);
      assertThat(open(in, arena.allocateFrom("/etc/passwd"), Fd.O_RDONLY)).isEqualTo(Errno.EXDEV);
      try (Fd link =
          Fd.of(DirectoryEntry.open(in, arena.allocateFrom("link"), Fd.O_PATH, 0), "link")) {
        Statx statx = new Statx();
        assertThat(statx.read(link)).isZero();
        assertThat(statx.type()).isEqualTo(Statx.S_IFLNK);
        MemorySegment target = arena.allocate(100);
        assertThat(DirectoryEntry.readLink(link, target)).isEqualTo("/etc/passwd".length());
      }
    }
  }

  private static Errno open(Fd in, MemorySegment name, int flags) {
    return Errno.of(-DirectoryEntry.open(in, name, flags, 0));
  }
}
