package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdTest {
  @TempDir Path dir;

  @Test
  void readsAndWritesAtAnOffset() throws Exception {
    Path file = dir.resolve("data");
    try (Arena arena = Arena.ofConfined();
        Fd fd = Fd.open(file.toString(), Fd.O_RDWR | Fd.O_CREAT, 0600)) {
      MemorySegment hello = arena.allocateFrom("hello");
      assertThat(fd.pwriteResult(hello.asSlice(0, 5), 3)).isEqualTo(5);
      MemorySegment back = arena.allocate(8);
      assertThat(fd.preadResult(back, 0)).isEqualTo(8);
      assertThat(back.asSlice(3).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
          .isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
      assertThat(fd.fdatasyncResult()).isZero();
    }
    assertThat(Files.size(file)).isEqualTo(8);
  }

  @Test
  void aFailureNamesTheCallItsObjectAndTheErrno() {
    assertThatThrownBy(() -> Fd.open("/no/such/file", Fd.O_RDONLY))
        .isInstanceOfSatisfying(
            LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
        .hasMessage("open(\"/no/such/file\"): ENOENT (no such file or directory)");
  }

  @Test
  void aClosedDescriptorAnswersEbadf() throws Exception {
    Fd fd = Fd.open("/dev/zero", Fd.O_RDONLY);
    fd.close();
    fd.close();
    assertThat(fd.readResult(Arena.ofAuto().allocate(1))).isEqualTo(-Errno.EBADF.number());
  }

  @Property(tries = 20)
  void anyNumberIsSomeErrno(@ForAll int number) {
    assertThat(Errno.of(number)).isNotNull();
  }
}
