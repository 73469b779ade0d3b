//! `rushes render --vary`: many jobs from one line.

use rushes_studio::api::types::{Endpoint, Plan, Varied};
use serde_json::{Value, json};

use crate::args::{Render, VaryBy};
use crate::choose::{Wish, choose};
use crate::exit::{Exit, Failure};
use crate::follow;
use crate::inputs::Inputs;
use crate::models::learnt;
use crate::out::Out;
use crate::session::Session;
use crate::words;

/// Whether what was typed asks for a variation.
pub(crate) fn is_wished(args: &Render) -> bool {
    args.vary.is_some() || !args.also.is_empty() || args.plan
}

/// Tells what it makes and costs, then sends all of it or nothing.
pub(crate) async fn run(
    session: &Session,
    (args, endpoint, endpoints): (&Render, &Endpoint, &[Endpoint]),
    (inputs, references): (Inputs, Value),
    out: Out,
) -> Result<Exit, Failure> {
    let mut models = vec![endpoint.id.clone()];
    for also in &args.also {
        let wish = Wish {
            model: Some(also),
            modality: Some(endpoint.modality),
            references: !args.references.is_empty(),
            ..Wish::default()
        };
        let other = choose(endpoints, &std::collections::BTreeMap::new(), &wish)?;
        models.push(learnt(session, other.clone()).await?.id);
    }
    let mut values = inputs.values;
    let several: Vec<String> = endpoint
        .fields
        .iter()
        .filter(|field| is_number(field) && values.get(&field.name).is_some_and(Value::is_string))
        .map(|field| field.name.clone())
        .collect();
    let fields: Vec<Value> = several
        .into_iter()
        .filter_map(|name| {
            let value = values.shift_remove(&name)?;
            Some(json!({"field": name, "values": [value]}))
        })
        .collect();
    let variation = json!({
        "composition": {
            "endpoint": endpoint.id,
            "inputs": values,
            "references": references,
            "count": args.count,
            "keep_seed": inputs.keep_seed,
            "accept_unpriced": args.unpriced,
        },
        "mode": match args.vary {
            Some(VaryBy::Each) => "every",
            Some(VaryBy::Chance) => "chance",
            None => "written",
        },
        "fields": fields,
        "models": if models.len() > 1 { models } else { Vec::new() },
        "leave_out": args.leave_out,
    });
    let plan: Plan = session.call("plan_variation", variation.clone()).await?;
    if args.plan {
        out.result(&plan, told);
        return Ok(Exit::Done);
    }
    out.say(&told(&plan));
    let varied: Varied = session.call("submit_variation", variation).await?;
    let Some(made) = varied.made else {
        let faults = varied.faults.into_iter().map(|fault| fault.message);
        let troubles =
            varied.troubles.into_iter().map(|cell| format!("{}: {}", cell.label, cell.message));
        let said: Vec<String> = faults.chain(troubles).collect();
        return Err(Failure::usage(
            said.join("\n"),
            "Nothing was sent. Leave out what cannot run with --leave-out.",
        ));
    };
    let ids: Vec<String> = made.jobs.into_iter().map(|job| job.id).collect();
    if args.detach {
        follow::until_handed_over(session, &ids, out).await
    } else {
        follow::to_the_end(session, &ids, out).await
    }
}

fn is_number(field: &rushes_studio::schema::Field) -> bool {
    use rushes_studio::schema::FieldKind::{Integer, Number};
    matches!(field.kind, Integer { .. } | Number { .. })
}

/// "12 jobs, $1.44 altogether", what models leave out and what cannot run; where something cannot be read, only that.
fn told(plan: &Plan) -> String {
    if !plan.faults.is_empty() {
        let said: Vec<&str> = plan.faults.iter().map(|fault| fault.message.as_str()).collect();
        return said.join("\n");
    }
    let sums: Vec<String> = plan.totals.iter().map(|total| words::price(Some(total))).collect();
    let jobs = if plan.jobs == 1 { "1 job".to_owned() } else { format!("{} jobs", plan.jobs) };
    let mut lines = vec![if sums.is_empty() {
        format!("{jobs}, price not listed")
    } else {
        format!("{jobs}, {} altogether", sums.join(" and "))
    }];
    if plan.unpriced > 0 && !sums.is_empty() {
        lines.push(format!("{} of them without a listed price", plan.unpriced));
    }
    let left = plan.not_taken.iter();
    lines.extend(left.map(|one| format!("{} does not take: {}", one.model, one.labels.join(", "))));
    lines.extend(plan.troubles.iter().map(|cell| format!("{}: {}", cell.label, cell.message)));
    lines.join("\n")
}
