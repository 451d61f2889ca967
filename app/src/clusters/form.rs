//! The form of a cluster, and what is sent to the service for it.

use mintkey_domain::{
    ErrorCode, FieldCode, FieldError, FieldErrors, Label, Namespace,
    wire::{Cluster, ClusterGroup},
};
use mintkey_service::{ClusterChanges, NewCluster, NewClusterGroup};
use serde::{Deserialize, Serialize};

use crate::error::AppError;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ClusterForm {
    pub(crate) name: String,
    pub(crate) server: String,
    /// The certificates of the API server, in PEM.
    pub(crate) ca_pem: String,
    /// Empty for `default`.
    pub(crate) default_namespace: String,
    /// One `group = scope` per line.
    pub(crate) groups: String,
}

/// A group, and the number of its line.
struct GroupLine {
    number: usize,
    group: ClusterGroup,
}

impl ClusterForm {
    /// The form of a new cluster.
    pub(super) fn empty() -> Self {
        Self { default_namespace: Namespace::default_of_clusters().to_string(), ..Self::default() }
    }

    /// The form of an existing cluster.
    pub(super) fn of(cluster: &Cluster) -> Self {
        Self {
            name: cluster.name.clone(),
            server: cluster.server.clone(),
            ca_pem: cluster.ca_pem.clone(),
            default_namespace: cluster.default_namespace.clone(),
            groups: cluster.groups.iter().map(group_line).collect::<Vec<_>>().join("\n"),
        }
    }

    /// The new cluster, with the errors that need no catalogue. The service finds the others.
    pub(super) fn check(&self) -> Result<NewCluster, FieldErrors> {
        let mut errors = FieldErrors::new();
        if self.name.trim().is_empty() {
            errors.push("name", FieldCode::Required, "Enter a name, for example plant-3.");
        }
        let name = Label::parse(&self.name, "name", &mut errors);
        if self.server.trim().is_empty() {
            let message = "Enter the URL of the API server, for example https://10.4.0.1:6443.";
            errors.push("server", FieldCode::Required, message);
        }
        if self.ca_pem.trim().is_empty() {
            errors.push("ca_pem", FieldCode::Required, "Paste the certificates of the API server.");
        }
        let lines = self.lines();
        for (index, line) in lines.iter().enumerate() {
            if line.group.scope.is_empty() {
                let expected = "Expected a group, an equals sign and a scope, as in operators = plants.write.";
                errors.push_entry("groups", index, FieldCode::InvalidFormat, on_line(line.number, expected));
            }
        }
        let default_namespace = match self.default_namespace.trim() {
            "" => Namespace::default_of_clusters().to_string(),
            text => text.to_owned(),
        };
        let groups = lines.into_iter().map(|line| line.group);
        let groups = groups.map(|ClusterGroup { group, scope }| NewClusterGroup { group, scope }).collect();
        let new = name.map(|name| NewCluster {
            name,
            server: self.server.clone(),
            ca_pem: self.ca_pem.clone(),
            default_namespace: Some(default_namespace),
            groups,
        });
        errors.finish(new)
    }

    /// The changes to a cluster. Unchanged groups are omitted: a stored one may have a scope that isn't in the
    /// catalogue any more, which must not stop other changes.
    pub(super) fn changes(&self, before: &Cluster) -> Result<ClusterChanges, FieldErrors> {
        let has_other_groups = !self.lines().iter().map(|line| &line.group).eq(&before.groups);
        let NewCluster { name, server, ca_pem, default_namespace, groups } = self.check()?;
        Ok(ClusterChanges {
            name: Some(name),
            server: Some(server),
            ca_pem: Some(ca_pem),
            default_namespace,
            groups: has_other_groups.then_some(groups),
        })
    }

    /// Shows the service's errors where the form has the mistakes: a taken name at the name, and that of a group with
    /// its line.
    pub(super) fn explain(&self, error: mintkey_service::Error) -> AppError {
        let AppError(problem) = AppError::from(error);
        if problem.code == ErrorCode::AlreadyExists {
            return FieldErrors::one("name", FieldCode::Taken, problem.detail).into();
        }
        if problem.errors.is_empty() {
            return AppError(problem);
        }
        let lines = self.lines();
        let mut errors = FieldErrors::new();
        for error in &problem.errors {
            let index = error.pointer.as_deref().and_then(|pointer| pointer.strip_prefix("/groups/")?.parse().ok());
            let line = index.and_then(|index: usize| lines.get(index));
            let message = match line {
                Some(line) => on_line(line.number, &error.message).into(),
                None => error.message.clone(),
            };
            errors.push_error(FieldError { message, ..error.clone() });
        }
        errors.into()
    }

    /// The lines that aren't empty. The scope is what follows the last equals sign, because a scope has none.
    fn lines(&self) -> Vec<GroupLine> {
        let lines = self.groups.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        let lines = lines.map(|(index, line)| {
            let (group, scope) = line.rsplit_once('=').unwrap_or((line, ""));
            let group = ClusterGroup { group: group.trim().to_owned(), scope: scope.trim().to_owned() };
            GroupLine { number: index + 1, group }
        });
        lines.collect()
    }
}

/// A group as the form has it.
pub(super) fn group_line(group: &ClusterGroup) -> String {
    format!("{} = {}", group.group, group.scope)
}

fn on_line(number: usize, message: &str) -> String {
    format!("Line {number}: {message}")
}

#[cfg(test)]
mod tests {
    use mintkey_domain::{ClusterId, Timestamp};

    use super::*;

    fn form(groups: &str) -> ClusterForm {
        ClusterForm {
            name: "plant-3".into(),
            server: "https://a".into(),
            ca_pem: "x".into(),
            default_namespace: " ".into(),
            groups: groups.into(),
        }
    }

    fn cluster(groups: &[(&str, &str)]) -> Cluster {
        let group = |(group, scope): &(&str, &str)| ClusterGroup { group: (*group).into(), scope: (*scope).into() };
        Cluster {
            id: ClusterId::new(Timestamp::EPOCH, [0; 10]),
            name: "plant-3".into(),
            server: "https://a".into(),
            ca_pem: "x\n".into(),
            default_namespace: "gateways".into(),
            groups: groups.iter().map(group).collect(),
            created_at: Timestamp::EPOCH,
            updated_at: Timestamp::EPOCH,
        }
    }

    #[test]
    fn each_line_is_a_group_and_its_scope() {
        let new = form("operators = plants.write\r\n\r\n a=b =urn:x:y \n").check().unwrap();
        let groups: Vec<_> = new.groups.iter().map(|group| (group.group.as_str(), group.scope.as_str())).collect();
        assert_eq!(groups, [("operators", "plants.write"), ("a=b", "urn:x:y")]);
        assert_eq!(new.default_namespace.as_deref(), Some("default"));
    }

    #[test]
    fn a_line_without_a_scope_is_named_by_its_number() {
        let errors = form("a = b\n\noperators\nc =").check().unwrap_err();
        let messages: Vec<_> = errors.iter().map(|error| error.message.split(':').next().unwrap()).collect();
        assert_eq!(messages, ["Line 3", "Line 4"]);
        let empty = ClusterForm::empty().check().unwrap_err();
        assert_eq!(empty.iter().map(|error| error.field.as_ref()).collect::<Vec<_>>(), ["name", "server", "ca_pem"]);
    }

    #[test]
    fn groups_that_were_left_as_they_are_stay_as_they_are() {
        let before = cluster(&[("a", "gone.scope"), ("b", "c")]);
        let same = ClusterForm::of(&before).changes(&before).unwrap();
        assert!(same.groups.is_none());
        assert_eq!(same.default_namespace.as_deref(), Some("gateways"));
        assert_eq!(form("a = gone.scope").changes(&before).unwrap().groups.unwrap().len(), 1);
        assert_eq!(form("").changes(&before).unwrap().groups.unwrap().len(), 0);
    }
}
