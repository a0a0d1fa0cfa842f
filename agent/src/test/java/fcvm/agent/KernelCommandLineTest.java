package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelCommandLineTest {
  @Test
  void findsWordsByTheirWholeName() {
    KernelCommandLine words =
        new KernelCommandLine("quiet fcvm.role=vm  xfcvm.idle=1 fcvm.idle=30 fcvm.debug a=b=c");
    assertThat(words.find("fcvm.role")).isEqualTo("vm");
    assertThat(words.find("fcvm.idle")).isEqualTo("30");
    assertThat(words.find("fcvm.debug")).isEmpty();
    assertThat(words.find("a")).isEqualTo("b=c");
    assertThat(words.find("fcvm")).isNull();
    assertThat(words.has("quiet")).isTrue();
    assertThat(words.has("qui")).isFalse();
  }

  @Test
  void theLastWordCounts() {
    assertThat(new KernelCommandLine("x=1 x x=2").find("x")).isEqualTo("2");
  }

  @Test
  void thereMayBeNoWords() {
    assertThat(new KernelCommandLine("").find("x")).isNull();
  }

  @Test
  void readsThisSystems() throws Exception {
    assertThat(KernelCommandLine.read().text()).doesNotEndWith("\n");
  }
}
