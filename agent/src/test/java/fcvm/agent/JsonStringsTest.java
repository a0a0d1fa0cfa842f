package fcvm.agent;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class JsonStringsTest {
  @Test
  void readsAnArrayByItsKey() {
    String json =
        "{\"process\":{\"args\":[\"a\\\"env\\\":[\"],\"env\":[\"A=\\\"x\\\"\",\"B=\\u00e9\\n\\\\\"],"
            + "\"cwd\":\"/\"},\"hooks\":{\"env\":[\"no\"]}}";
    assertThat(new JsonStrings(json).array("env")).containsExactly("A=\"x\"", "B=é\n\\");
    assertThat(new JsonStrings(json).array("none")).isEmpty();
  }

  @Test
  void readsAValueByItsKey() {
    String json = "{\"msg\":\"no such \\\"file\\\"\",\"level\":\"error\"}";
    assertThat(new JsonStrings(json).value("msg")).isEqualTo("no such \"file\"");
    assertThat(new JsonStrings(json).value("none")).isEmpty();
  }

  @Property
  void anythingElseIsNoStrings(@ForAll String text) {
    String json = "{\"env\":[\"" + text;
    assertThat(new JsonStrings(json).array("env")).isNotNull();
    assertThat(new JsonStrings("\"msg\":\"" + text).value("msg").length())
        .isLessThanOrEqualTo(text.length());
  }
}
