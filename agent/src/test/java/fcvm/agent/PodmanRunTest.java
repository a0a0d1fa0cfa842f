package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.agent.protocol.GuestNetwork;
import fcvm.agent.protocol.RunPlan;
import fcvm.agent.protocol.WindowSize;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class PodmanRunTest {
  @Test
  void imageAndCommandGoToPodmanAsTheyAre() throws IOException {
    byte[] odd = {(byte) 0xff, ' '};
    Command command = PodmanRun.command(plan(false, false, odd), List.of());
    List<byte[]> argv = command.argv();
    assertThat(argv.getLast()).isSameAs(odd);
    assertThat(text(argv))
        .containsSubsequence("podman", "run", "--name=c1", "--env", "A=b", "--", "-image", "echo")
        .contains("--log-driver=passthrough")
        .doesNotContain("--interactive", "--tty");
  }

  @Test
  void aTerminalIsPodmansToServe() throws IOException {
    Command command = PodmanRun.command(plan(true, true, new byte[0]), List.of());
    assertThat(text(command.argv()))
        .contains("--interactive", "--tty")
        .doesNotContain("--log-driver=passthrough");
    assertThat(text(command.environment())).contains("TERM=xterm");
  }

  @Test
  void theStopSignalIsTheContainersOwn() {
    String configuration = "{\"annotations\":{\"org.opencontainers.image.stopSignal\":\"%s\"}}";
    assertThat(PodmanRun.stopSignal(configuration.formatted("28"))).isEqualTo(28);
    assertThat(PodmanRun.stopSignal(configuration.formatted("TERM"))).isEqualTo(15);
    assertThat(PodmanRun.stopSignal("{}")).isEqualTo(15);
  }

  private static RunPlan plan(boolean interactive, boolean tty, byte[] last) {
    return new RunPlan(
        "c1",
        0,
        "",
        interactive,
        tty,
        WindowSize.UNKNOWN,
        List.of(),
        GuestNetwork.NONE,
        List.of(),
        "-image",
        List.of(bytes("--env"), bytes("A=b")),
        List.of(bytes("echo"), last),
        false,
        false);
  }

  private static List<String> text(List<byte[]> strings) {
    return strings.stream().map(s -> new String(s, StandardCharsets.ISO_8859_1)).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
