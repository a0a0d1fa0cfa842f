package fcvm.container.image;

import static org.assertj.core.api.Assertions.assertThat;

import fcvm.provision.ProvisionException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SkopeoErrorTest {
  @ParameterizedTest
  @CsvSource({
    "'reading manifest x: authentication required', '--authfile'",
    "'reading manifest 1 in 127.0.0.1:1/x: manifest unknown', 'no such image, tag or digest'",
    "'http: server gave HTTP response to HTTPS client', '--tls-verify=false'",
    "'dial tcp 127.0.0.1:1: connect: connection refused', 'no registry at that address'",
    "'reading blob sha256:1: unexpected EOF', 'stopped sending'",
    "'something new', 'something new'",
  })
  void theLastWordsSayWhatToDo(String words, String advice) {
    String said =
        "skopeo copy: exit code 1\ntime=\"2025\" level=fatal msg=\"copying \\\"x\\\": "
            + words
            + "\"";
    assertThat(SkopeoError.explain("fetch docker://x", new ProvisionException(said)))
        .hasMessageStartingWith("cannot fetch docker://x: ")
        .hasMessageContaining(advice);
  }

  @Test
  void othersFailuresStayThemselves() {
    IOException other = new IOException("interrupted");
    assertThat(SkopeoError.explain("x", other)).isSameAs(other);
  }
}
