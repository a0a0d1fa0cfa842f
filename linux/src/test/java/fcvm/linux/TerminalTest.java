package fcvm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminalTest {
  @TempDir Path dir;

  @Test
  void aFileIsNoTerminal() throws Exception {
    try (Fd file = Fd.open(dir.resolve("f").toString(), Fd.O_RDWR | Fd.O_CREAT, 0600)) {
      assertThat(Terminal.isTerminal(file.number())).isFalse();
      assertThat(Terminal.size(file.number())).isEqualTo(new Terminal.Size(24, 80));
      assertThatThrownBy(() -> Terminal.raw(file.number()))
          .isInstanceOfSatisfying(
              LinuxException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOTTY));
    }
  }

  @Test
  void aPseudoTerminalGoesRawAndBack() throws Exception {
    try (Fd terminal = Fd.open("/dev/ptmx", Fd.O_RDWR | Fd.O_NOCTTY)) {
      assertThat(Terminal.isTerminal(terminal.number())).isTrue();
      Terminal.Raw raw = Terminal.raw(terminal.number());
      raw.close();
      raw.close();
      assertThat(Terminal.isTerminal(terminal.number())).isTrue();
    }
  }
}
