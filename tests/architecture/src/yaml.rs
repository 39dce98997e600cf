//! A CloudFormation template as a tree, with its short tags (`!Ref`, `!GetAtt`, …) kept.

use std::collections::BTreeMap;

use saphyr::{LoadableYamlNode, ScalarOwned, YamlOwned};

/// A value of a template.
///
/// What is not there reads as `Null`, so that a whole path can be asked for at once.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Nothing.
    Null,
    /// Text, number or truth: as it is written.
    Scalar(String),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping; templates have texts as keys.
    Map(BTreeMap<String, Node>),
    /// `!Name value`.
    Tagged(String, Box<Node>),
}

static NULL: Node = Node::Null;

impl Node {
    /// Reads a file of one document.
    ///
    /// # Panics
    /// If it is not one.
    #[must_use]
    pub fn parse(text: &str) -> Node {
        let mut documents = YamlOwned::load_from_str(text).unwrap();
        assert_eq!(documents.len(), 1, "a template is one document");
        Node::from(documents.remove(0))
    }

    /// What stands at `path`, keys with dots between.
    #[must_use]
    pub fn at(&self, path: &str) -> &Node {
        path.split('.').fold(self, |node, key| match node {
            Node::Map(map) => map.get(key).unwrap_or(&NULL),
            _ => &NULL,
        })
    }

    /// The entries of a map, those of anything else being none.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &Node)> {
        let map = if let Node::Map(map) = self { Some(map) } else { None };
        map.into_iter().flatten().map(|(key, value)| (key.as_str(), value))
    }

    /// The members of a list; one thing that is no list stands for a list of one, as in IAM.
    #[must_use]
    pub fn items(&self) -> &[Node] {
        match self {
            Node::Null => &[],
            Node::List(items) => items,
            one => std::slice::from_ref(one),
        }
    }

    /// The text of a scalar, also under a tag; empty for anything else.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Node::Scalar(text) => text,
            Node::Tagged(_, inner) => inner.text(),
            _ => "",
        }
    }

    /// The number written here.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        self.text().parse().ok()
    }

    /// The resource or parameter that a `!Ref` or `!GetAtt` names, or else the empty text.
    #[must_use]
    pub fn target(&self) -> &str {
        match self {
            Node::Tagged(tag, inner) if tag == "Ref" => inner.text(),
            Node::Tagged(tag, inner) if tag == "GetAtt" => {
                inner.text().split('.').next().unwrap_or_default()
            }
            _ => "",
        }
    }

    /// This node and all in it.
    #[must_use]
    pub fn walk(&self) -> Vec<&Node> {
        let inner: Vec<&Node> = match self {
            Node::Null | Node::Scalar(_) => vec![],
            Node::List(items) => items.iter().collect(),
            Node::Map(map) => map.values().collect(),
            Node::Tagged(_, inner) => vec![inner],
        };
        std::iter::once(self).chain(inner.into_iter().flat_map(Node::walk)).collect()
    }
}

impl From<YamlOwned> for Node {
    fn from(yaml: YamlOwned) -> Node {
        match yaml {
            YamlOwned::Value(ScalarOwned::Null) => Node::Null,
            YamlOwned::Value(ScalarOwned::Boolean(truth)) => Node::Scalar(truth.to_string()),
            YamlOwned::Value(ScalarOwned::Integer(number)) => Node::Scalar(number.to_string()),
            YamlOwned::Value(ScalarOwned::FloatingPoint(number)) => {
                Node::Scalar(number.to_string())
            }
            YamlOwned::Value(ScalarOwned::String(text)) => Node::Scalar(text),
            YamlOwned::Sequence(items) => Node::List(items.into_iter().map(Node::from).collect()),
            YamlOwned::Mapping(map) => Node::Map(
                map.into_iter().map(|(k, v)| (Node::from(k).text().to_owned(), v.into())).collect(),
            ),
            YamlOwned::Tagged(tag, inner) => Node::Tagged(tag.suffix, Box::new(Node::from(*inner))),
            other => panic!("not for templates: {other:?}"),
        }
    }
}

#[test]
fn short_tags_are_kept() {
    let node =
        Node::parse("a: !Ref Q\nb: !GetAtt Q.Arn\nc: !If [X, 1, !Ref Y]\nd: {e: 5, f: on}\n");
    assert_eq!(node.at("a").target(), "Q");
    assert_eq!(node.at("b").target(), "Q");
    assert_eq!(node.at("c").walk().iter().filter(|n| n.target() == "Y").count(), 1);
    assert_eq!(node.at("d.e").number(), Some(5));
    assert_eq!(node.at("d.nothing.here"), &Node::Null);
}
