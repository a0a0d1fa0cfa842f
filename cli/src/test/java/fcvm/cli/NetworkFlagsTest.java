package fcvm.cli;

import static fcvm.cli.RunCommandTest.parse;
import static fcvm.cli.RunCommandTest.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fcvm.container.net.NetworkMode;
import fcvm.container.net.NetworkOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkFlagsTest {
  @Test
  void aNetworkIsRootlessUnlessSaidOtherwise() throws Exception {
    NetworkOptions options =
        parse(
                Map.of("https_proxy", "http://proxy:3128", "NO_PROXY", "localhost"),
                "-p",
                "8080:80",
                "--publish=0.0.0.0:53:53/udp",
                "--dns=192.0.2.53",
                "--dns-search=example.org",
                "--dns-search=lab",
                "--mac-address=02:00:00:00:00:0A",
                "busybox")
            .network();
    assertThat(options.mode()).isEqualTo(NetworkMode.ROOTLESS);
    assertThat(options.published()).hasToString("[127.0.0.1:8080:80/tcp, 0.0.0.0:53:53/udp]");
    assertThat(options.nameservers()).containsExactly("192.0.2.53");
    assertThat(options.searches()).containsExactly("example.org", "lab");
    assertThat(texts(options.proxies()))
        .containsExactlyInAnyOrder("https_proxy=http://proxy:3128", "NO_PROXY=localhost");
    assertThat(NetworkFlags.arguments(options))
        .as("what the machine is told: no proxy is in a list of arguments")
        .containsExactly(
            "--network",
            "rootless",
            "--publish",
            "127.0.0.1:8080:80/tcp",
            "--publish",
            "0.0.0.0:53:53/udp",
            "--dns",
            "192.0.2.53",
            "--dns-search",
            "example.org",
            "--dns-search",
            "lab",
            "--mac-address",
            "02:00:00:00:00:0a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          --network=host    | rootless, bridged or none, not 'host'
          --network=none:x  | behind the colon mtu=BYTES, 68 to 65520, not 'x'
          --network=rootless:mtu=67 | not 'mtu=67'
          --network=rootless:mtu=9k | not 'mtu=9k'
          --publish=80      | is what it should be
          --dns=one.one     | an IP address, not 'one.one'
          --dns-search=a:b  | a domain, or . alone for none, not 'a:b'
          --mac-address=1:2 | not '1:2'
          """)
  void saysWhatIsWrongWithANetwork(String option, String message) {
    assertThatThrownBy(() -> parse(option, "busybox")).hasMessageContaining(message);
  }

  @Test
  void aNetworkCanHaveLargeFrames() throws Exception {
    NetworkOptions options = parse("--network=bridged:mtu=9000", "busybox").network();
    assertThat(options.mode()).isEqualTo(NetworkMode.BRIDGED);
    assertThat(options.mtu()).hasValue(9000);
    assertThat(NetworkFlags.arguments(options)).containsExactly("--network", "bridged:mtu=9000");
  }

  @Test
  void noNetworkHasNoPorts() throws Exception {
    assertThat(parse(Map.of("http_proxy", "x"), "--network=none", "b").network().proxies())
        .isEmpty();
    assertThatThrownBy(() -> parse("--network=none", "-p", "1:1", "b"))
        .hasMessageContaining("--network none excludes");
    assertThatThrownBy(() -> parse("--dns-search=.", "--dns-search=lab", "b"))
        .hasMessageContaining("not '.'");
    assertThat(parse("--dns-search=.", "b").network().searches()).containsExactly(".");
  }
}
